"""Where the samples of a track lie in an MP4 or MOV file (ISO/IEC 14496-12, 8.6 and 8.7)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from media.containers.boxes import Box, boxes, payload
from media.errors import Unreadable

_MAX_SAMPLES = 500_000  # of a track of text or data: thirty a second for four hours

Range = tuple[int, int]  # offset, length


def sample_ranges(file: IO[bytes], stbl: Box, base: int) -> tuple[Range, ...]:
    """The bytes of every sample, neighbours put together. Raises Unreadable for tables that don't fit each other."""
    inside = {box.name: payload(file, box) for box in boxes(file, stbl.start, stbl.end) if box.name in (b"stsz", b"stz2", b"stsc", b"stco", b"co64")}
    sizes = _sizes(inside)
    offsets = _numbers(inside[b"co64"], 4, "Q") if b"co64" in inside else _numbers(inside.get(b"stco", b""), 4, "I")
    ranges: list[Range] = []
    at = 0
    for in_film, count in zip(offsets, _samples_per_chunk(inside.get(b"stsc", b""), len(offsets)), strict=True):
        length = sum(sizes[at:at + count])
        at += count
        offset = base + in_film
        if ranges and sum(ranges[-1]) == offset:
            ranges[-1] = (ranges[-1][0], ranges[-1][1] + length)
        elif length:
            ranges.append((offset, length))
    if at < len(sizes):
        raise Unreadable()
    return tuple(ranges)


def _numbers(table: bytes, start: int, kind: str) -> list[int]:
    """The entries of a table: version and flags, ``start`` bytes in all, then their count, then they."""
    if len(table) < start + 4:
        return []
    count = int.from_bytes(table[start:start + 4])
    width = struct.calcsize(">" + kind)
    if count > _MAX_SAMPLES or start + 4 + count * width > len(table):
        raise Unreadable()
    return list(struct.unpack_from(f">{count}{kind}", table, start + 4))


def _sizes(inside: dict[bytes, bytes]) -> list[int]:
    if b"stz2" in inside:
        raise Unreadable()  # sizes of four bits, which nobody writes
    table = inside.get(b"stsz", b"")
    if len(table) < 12:
        return []
    size, count = struct.unpack_from(">II", table, 4)
    if count > _MAX_SAMPLES:
        raise Unreadable()
    return [size] * count if size else _numbers(table, 8, "I")


def _samples_per_chunk(table: bytes, chunks: int) -> Iterator[int]:
    runs = _runs(table)
    for index, (first, count) in enumerate(runs):
        after = runs[index + 1][0] if index + 1 < len(runs) else chunks + 1
        yield from [count] * max(0, min(after, chunks + 1) - first)


def _runs(table: bytes) -> list[tuple[int, int]]:
    """(first chunk, samples in each) of each run."""
    if len(table) < 8:
        return []
    count = int.from_bytes(table[4:8])
    if count > _MAX_SAMPLES or 8 + 12 * count > len(table):
        raise Unreadable()
    numbers = struct.unpack_from(f">{3 * count}I", table, 8)
    return list(zip(numbers[::3], numbers[1::3], strict=True))
