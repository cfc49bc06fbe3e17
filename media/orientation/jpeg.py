"""JPEG: an APP1 segment of EXIF (CIPA DC-008, 4.7.2.2), before all but JFIF's."""

from __future__ import annotations

from typing import IO

from media.errors import CannotRotate
from media.metadata.containers.block import read_exactly
from media.metadata.containers.jpeg import EXIF, head
from media.orientation import exif
from media.orientation.splice import Splice

_APP0, _APP1 = 0xE0, 0xE1
_MOST = 0xFFFF  # that the length of a segment can say


def splices(file: IO[bytes], turns: int) -> list[Splice]:
    place = 2
    for marker, start, length in head(file):
        if marker == _APP0 and place == start - 4:
            place = start + length
        if marker == _APP1 and length > len(EXIF) and read_exactly(file, start, 6) == EXIF:
            return _in_segment(file, start, length, turns)
    block = EXIF + exif.new_block(turns)
    segment = bytes([0xFF, _APP1]) + (2 + len(block)).to_bytes(2) + block
    return [Splice(place, b"", segment)]


def _in_segment(file: IO[bytes], start: int, length: int, turns: int) -> list[Splice]:
    def grow(more: int) -> list[Splice]:
        if 2 + length + more > _MOST:
            raise CannotRotate()
        sizes = (2 + length).to_bytes(2), (2 + length + more).to_bytes(2)
        return [Splice(start - 2, *sizes)]

    data = read_exactly(file, start + len(EXIF), length - len(EXIF))
    return exif.in_block(data, start + len(EXIF), turns, grow)
