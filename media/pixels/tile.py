"""The tile: the picture that rows of listings show, in its own proportions."""

from __future__ import annotations

from typing import Protocol

HEIGHT = 480  # pixels: rows are 240 high, and sharp screens have two pixels for one
# Width to height of what a row shows. A whole panorama would take a row alone and be low in it, a
# whole tall screenshot would be a line; of both, a row shows a part, and the tile has no more.
NARROWEST, WIDEST = 0.5, 3.0
# A file of no more than that is shown as it is: a photo's tile has as many bytes, and a browser
# holds 4 for each pixel of some dozens at once.
LIGHT_BYTES, LIGHT_PIXELS = 50_000, 2_000_000
WORTH = 0.75  # of the file's bytes; with more, a tile saves nobody anything


class File(Protocol):
    """What is known of an upload's file, its facts or its row."""

    @property
    def kind(self) -> str: ...
    @property
    def is_playable(self) -> bool: ...
    @property
    def is_animated(self) -> bool: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def size(width: int, height: int) -> tuple[int, int]:
    """Of the tile of a picture, never enlarged: in a row of its full height, at most 1440 wide."""
    shown_width, shown_height = shown(width, height)
    by = scale(width, height)
    return max(1, round(shown_width * by)), max(1, round(shown_height * by))


def shown(width: int, height: int) -> tuple[int, int]:
    """How much of a picture is in its tile."""
    return min(width, round(height * WIDEST)), min(height, round(width / NARROWEST))


def scale(width: int, height: int) -> float:
    """Of the whole picture, which the tile is then cut out of."""
    return min(1.0, HEIGHT / min(height, width / NARROWEST))


def is_needed(file: File, file_bytes: int) -> bool:
    """Whether rows show something else than the file itself."""
    is_light = file_bytes <= LIGHT_BYTES and file.width * file.height <= LIGHT_PIXELS
    return not (shows_itself(file) and is_light)


def is_worth_it(file: File, file_bytes: int, tile_bytes: int) -> bool:
    """Whether the tile, once made, is much lighter than the file. That of a photo of its size
    isn't, nor that of many a PNG of few colours.
    """
    return not shows_itself(file) or tile_bytes <= WORTH * file_bytes


def shows_itself(file: File) -> bool:
    """Whether a row could show the file: a still that browsers know."""
    return file.kind == "image" and file.is_playable and not file.is_animated
