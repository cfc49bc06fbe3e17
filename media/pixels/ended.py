"""A JPEG whose end is missing, read as browsers do: as if the end marker stood there."""

from __future__ import annotations

import random
from pathlib import Path
from typing import IO

from PIL import Image, ImageChops

from media.errors import Unreadable

END = b"\xff\xd9"
# of the rows: what browsers show of it is the picture, with a grey edge at the most
_MAX_MISSING = 0.05
_SMALL = 256  # pixels of the longer side that are enough to see where the data ends
_NOISE = random.Random(1).randbytes(4096).replace(b"\xff", b"\xfe")  # noqa: S311 - no secret: the same each time


class Ended:
    """The file with ``ending`` behind it, for Pillow."""

    def __init__(self, file: IO[bytes], ending: bytes = END) -> None:
        self.file, self.rest = file, ending
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        if size < 0 or len(data) < size:
            more = self.rest if size < 0 else self.rest[: size - len(data)]
            self.rest = self.rest[len(more) :]
            data += more
        return data


def check(path: Path) -> None:
    """Raises Unreadable where more is missing than the end.

    A decoder fills what is missing and tells nobody. So it is given two different fillings, at a
    fraction of the size: above the row in which the data ends the pictures are the same.
    """
    first, second = (_decoded(path, filling) for filling in (bytes(len(_NOISE)), _NOISE))
    difference = ImageChops.difference(first, second).getbbox()
    if difference and first.height - difference[1] > first.height * _MAX_MISSING:
        raise Unreadable()


def _decoded(path: Path, filling: bytes) -> Image.Image:
    with path.open("rb") as file, Image.open(Ended(file, filling + END), formats=["JPEG"]) as image:  # type: ignore[arg-type]
        image.draft(image.mode, (_SMALL, _SMALL))
        image.load()
        return image.copy()
