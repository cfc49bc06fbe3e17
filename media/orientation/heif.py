"""HEIF and AVIF: the property irot, quarter turns anticlockwise (ISO/IEC 23008-12, 6.5.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from media.errors import CannotRotate
from media.metadata.containers.block import read_exactly, size_of
from media.metadata.containers.boxes import Box, boxes
from media.orientation.splice import Splice

# where a picture's properties are; a full box has 4 bytes before what is in it
_WAY = ((b"meta", 4), (b"iprp", 0), (b"ipco", 0))


def splices(file: IO[bytes], turns: int) -> list[Splice]:
    """Raises CannotRotate where no such property stands there: one more would move all that the
    file's index tells the places of; or where a mirror or a second turn says more.
    """
    found = [box for box in _properties(file) if box.name in (b"irot", b"imir")]
    if [box.name for box in found] != [b"irot"] or found[0].end <= found[0].start:
        raise CannotRotate()
    at = found[0].start
    before = read_exactly(file, at, 1)
    after = before[0] & 0xFC | ((before[0] & 3) - turns) % 4
    return [Splice(at, before, bytes([after]))]


def _properties(file: IO[bytes]) -> Iterator[Box]:
    start, end = 0, size_of(file)
    for name, head in _WAY:
        box = next((one for one in boxes(file, start, end) if one.name == name), None)
        if box is None:
            return
        start, end = box.start + head, box.end
    yield from boxes(file, start, end)
