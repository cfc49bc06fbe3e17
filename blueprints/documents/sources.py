"""The files that show a still: medium, preview, and the file itself. A browser takes the one that
is sharp enough where it is shown.
"""

from __future__ import annotations

from typing import NamedTuple

from media.pixels import preview
from models import Upload

HEAVY = 1_000_000  # bytes: such a file is loaded by who zooms, and else where nothing stands for it


class Source(NamedTuple):
    name: str  # of the file
    width: int


def sources(upload: Upload) -> list[Source]:
    """The narrowest first; none of what moves."""
    if upload.is_video or upload.is_animated:
        return []
    found = []
    if upload.medium_size:
        found.append(Source(upload.derivative("md"), upload.medium_width))
    if upload.preview_size:
        width, _ = preview.size(upload.width, upload.height)
        found.append(Source(upload.derivative("pv"), width))
    if upload.is_playable and not (found and upload.size > HEAVY):
        found.append(Source(upload.filename, upload.width))
    return found
