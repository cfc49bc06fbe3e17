"""AVIF and HEIF: boxes, and the items that a ``meta`` box points to (ISO/IEC 14496-12, section 8.11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from media.containers.block import Block, read_exactly, size_of
from media.errors import Unreadable

_MAX_BOXES = 10_000
_MAX_META_BYTES = 8 * 1024 * 1024  # an index of some hundred tiles takes kilobytes


@dataclass(frozen=True)
class Box:
    """``start`` and ``end`` are the offsets of the box's payload in the file."""

    name: bytes
    start: int
    end: int


def blocks(file: IO[bytes]) -> list[Block]:
    found: list[Block] = []
    for box in boxes(file, 0, size_of(file)):
        if box.name == b"meta":
            found += _metadata_items(file, box)
        elif box.name == b"uuid":
            found.append(Block("unknown", ((box.start, box.end - box.start),)))
    return found


def boxes(file: IO[bytes], start: int, end: int) -> Iterator[Box]:
    """The boxes that stand between two offsets. Raises Unreadable where one reaches past the end."""
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
        yield Box(header[4:], payload, start + size)
        start += size
    raise Unreadable()


def _metadata_items(file: IO[bytes], meta: Box) -> Iterator[Block]:
    inside = {box.name: box for box in boxes(file, meta.start + 4, meta.end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    kinds = dict(_item_kinds(file, inside[b"iinf"]))
    idat = inside[b"idat"].start if b"idat" in inside else 0
    for item, ranges in _item_locations(_payload(file, inside[b"iloc"]), idat):
        if item in kinds:
            yield _item_block(file, kinds[item], ranges)


def _item_block(file: IO[bytes], kind: str, ranges: tuple[tuple[int, int], ...]) -> Block:
    if kind == "exif" and ranges and ranges[0][1] > 4:
        # ExifDataBlock: a 32-bit offset to the TIFF header stands before the payload (ISO/IEC 23008-12, A.2.1)
        skip = 4 + int.from_bytes(read_exactly(file, ranges[0][0], 4))
        if skip < ranges[0][1]:
            ranges = ((ranges[0][0] + skip, ranges[0][1] - skip), *ranges[1:])
    return Block(kind, ranges)  # type: ignore[arg-type]


def _item_kinds(file: IO[bytes], iinf: Box) -> Iterator[tuple[int, str]]:
    version = read_exactly(file, iinf.start, 1)[0]
    for box in boxes(file, iinf.start + (6 if version == 0 else 8), iinf.end):
        entry = _payload(file, box)
        if box.name != b"infe" or len(entry) < 12 or entry[0] < 2:
            continue
        wide = 4 if entry[0] >= 3 else 2
        item, kind = int.from_bytes(entry[4:4 + wide]), entry[6 + wide:10 + wide]
        if kind == b"Exif":
            yield item, "exif"
        elif kind == b"mime" and b"rdf+xml" in entry:
            yield item, "xmp"


def _payload(file: IO[bytes], box: Box) -> bytes:
    if box.end - box.start > _MAX_META_BYTES:
        raise Unreadable()
    return read_exactly(file, box.start, box.end - box.start)


def _item_locations(iloc: bytes, idat: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """(item id, its ranges in the file). Items built from other items (construction method 2) are left out."""
    reader = _Reader(iloc)
    version = reader.take(1)
    reader.take(3)
    sizes = reader.take(2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
    for _ in range(reader.take(2 if version < 2 else 4)):
        item = reader.take(2 if version < 2 else 4)
        method = reader.take(2) & 15 if version in (1, 2) else 0
        reader.take(2)
        base = reader.take(base_size)
        ranges = []
        for _ in range(reader.take(2)):
            reader.take(index_size)
            offset, length = reader.take(offset_size), reader.take(length_size)
            ranges.append((base + offset + (idat if method == 1 else 0), length))
        if method < 2:
            yield item, tuple(ranges)


class _Reader:
    """Big-endian numbers, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, size: int) -> int:
        if self.position + size > len(self.data):
            raise Unreadable()
        self.position += size
        return int.from_bytes(self.data[self.position - size:self.position])
