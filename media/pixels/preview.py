"""The preview: a picture of about 1,600 pixels, between the medium and a file that is much larger.
A job makes it, as nobody waits for it.
"""

from __future__ import annotations

from media.pixels.tile import File

LONGEST = 1600  # pixels of the longer side: as large as most windows show a photo
# At most a half of the file's, as then a JPEG is never decoded in full.
PART = 2
LEAST = 2400  # pixels of the file's longer side: a preview of less would be little more than medium
# A file of less is loaded as it is; one that browsers don't show has a preview whatever it weighs.
HEAVY_BYTES = 800_000
NARROWEST = 900  # pixels: less is hardly more than the medium, as for long screenshots
WORTH = 0.5  # of the file's bytes; with more, a preview saves too little for its place on the disk


def size(width: int, height: int) -> tuple[int, int]:
    longer = max(width, height)
    by = longest(width, height) / longer
    return max(1, round(width * by)), max(1, round(height * by))


def longest(width: int, height: int) -> int:
    """Its longer side."""
    return min(LONGEST, max(width, height) // PART)


def is_needed(file: File, file_bytes: int) -> bool:
    """Whether the file is a still that is much larger than its preview. Migration 0021 has the same
    in SQL.
    """
    longer = max(file.width, file.height)
    return (
        file.kind == "image"
        and not file.is_animated
        and longer >= LEAST
        and file.width * longest(file.width, file.height) >= NARROWEST * longer
        and (file_bytes >= HEAVY_BYTES or not file.is_playable)
    )


def is_worth_it(file: File, file_bytes: int, preview_bytes: int) -> bool:
    """Whether the preview, once made, is much lighter than the file."""
    return not file.is_playable or preview_bytes <= WORTH * file_bytes
