"""Boxes of ISO base media files (ISO/IEC 14496-12, section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import Block, read_exactly

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MAX_BOXES = 100_000  # a fragmented film of hours has some ten thousand
# of a box that is read whole: an index of some hundred tiles takes kilobytes
_MAX_PAYLOAD = 8 * 1024 * 1024


@dataclass(frozen=True)
class Box:
    """``start`` and ``end`` are the offsets of the box's payload in the file, ``at`` is that of its
    header.
    """

    name: bytes
    start: int
    end: int
    at: int


def boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes that stand between two offsets. Raises Unreadable where one reaches past the
    end.
    """
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        header = read_exactly(file, start, 8)
        size, payload = int.from_bytes(header[:4]), start + 8
        if size == 1:
            size, payload = int.from_bytes(read_exactly(file, payload, 8)), payload + 8
        elif size == 0:  # up to the end
            size = end - start
        if size < payload - start or start + size > end:
            raise Unreadable()
        yield Box(header[4:], payload, start + size, start)
        start += size
    raise Unreadable()


def uuid_block(file: IO[bytes], box: Box) -> Block:
    """A ``uuid`` box: an XMP packet (XMP specification part 3, 1.1.4), or unknown."""
    name = read_exactly(file, box.start, min(16, box.end - box.start))
    ranges = ((box.start + len(name), box.end - box.start - len(name)),)
    return Block("xmp" if name == XMP_UUID else "unknown", ranges)


def gone(box: Box) -> Block:
    """A box to remove: it is renamed ``free``, which readers skip, unless it has such a name."""
    place = (box.start, box.end - box.start)
    return (
        Block("unknown", (place,))
        if box.name in (b"free", b"skip", b"wide")
        else Block("box", ((box.at + 4, 4), place))
    )


def payload(file: IO[bytes], box: Box) -> bytes:
    if box.end - box.start > _MAX_PAYLOAD:
        raise Unreadable()
    return read_exactly(file, box.start, box.end - box.start)
