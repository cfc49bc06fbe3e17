"""Where the samples of a track lie in an MP4 or MOV file (ISO/IEC 14496-12, 8.6 and 8.7)."""

from __future__ import annotations

import itertools
import struct
import sys
from array import array
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.boxes import Box, boxes, payload

Range = tuple[int, int]  # offset, length

_TABLES = (b"stsz", b"stz2", b"stsc", b"stco", b"co64")
_SOUND = 16  # bytes of a sample entry before the number of channels


class SampleTable:
    """The samples of one track. ``base`` is the offset of the film in the file.

    Raises Unreadable for tables that don't fit each other. Numbers are kept in arrays: a film of
    hours has a million samples.
    """

    def __init__(self, file: IO[bytes], stbl: Box, base: int) -> None:
        inside = {box.name: box for box in boxes(file, stbl.start, stbl.end)}
        tables = {name: payload(file, inside[name]) for name in _TABLES if name in inside}
        self._base = base
        self._size, self._count, self._sizes = _sizes(tables)
        self._offsets = (
            _numbers(tables[b"co64"], 4, "Q")
            if b"co64" in tables
            else _numbers(tables.get(b"stco", b""), 4, "I")
        )
        self._runs = list(_runs(tables.get(b"stsc", b""), len(self._offsets)))
        if sum(count * chunks for count, chunks in self._runs) < self._count:
            raise Unreadable()
        self._entry = (
            payload(file, inside[b"stsd"])[16:80] if self._size and b"stsd" in inside else b""
        )

    def samples(self) -> Iterator[Range]:
        """Every sample, chunk by chunk."""
        sizes = iter(self._sizes) if self._sizes else itertools.repeat(self._size, self._count)
        for offset, count in self._chunks():
            for size in itertools.islice(sizes, count):
                yield offset, size
                offset += size

    def ranges(self) -> Iterator[Range]:
        """The bytes of all samples, neighbours put together."""
        before, total = 0, 0
        for offset, length in self._chunk_ranges():
            if before + total != offset:
                if total:
                    yield before, total
                before, total = offset, 0
            total += length
        if total:
            yield before, total

    def ascending(self) -> Iterator[Range]:
        """As `ranges`, in the order of the file."""
        if all(a <= b for a, b in itertools.pairwise(self._offsets)):
            return self.ranges()
        return iter(sorted(self.ranges()))

    def _chunks(self) -> Iterator[tuple[int, int]]:
        """Where a chunk begins, and how many samples it has."""
        counts = itertools.chain.from_iterable(
            itertools.repeat(count, chunks) for count, chunks in self._runs
        )
        for offset, count in zip(self._offsets, counts, strict=False):
            yield self._base + offset, count

    def _chunk_ranges(self) -> Iterator[Range]:
        at = 0
        for offset, count in self._chunks():
            if self._sizes:
                yield offset, sum(self._sizes[at : at + count])
            else:
                yield offset, self._fixed_length(min(count, max(0, self._count - at)))
            at += count

    def _fixed_length(self, count: int) -> int:
        """The bytes of so many samples of one size. Of QuickTime's sound a sample is what one
        loudspeaker plays at once, and a table may give it a size of 1 (QuickTime File Format,
        *Sound sample descriptions*): the longest of what the entry can mean.
        """
        length = count * self._size
        if len(self._entry) < 28:
            return length
        version, channels, bits = (
            int.from_bytes(self._entry[at : at + 2]) for at in (_SOUND - 8, _SOUND, _SOUND + 2)
        )
        if version == 0 and channels <= 64 and bits <= 64:
            return max(length, count * channels * bits // 8)
        if version == 1 and len(self._entry) >= 44:
            per_packet, _, per_frame, _ = struct.unpack_from(">4I", self._entry, 28)
            return max(length, -(-count // per_packet) * per_frame if per_packet else 0)
        if version == 2 and len(self._entry) >= 64:
            return max(length, count * int.from_bytes(self._entry[56:60]))
        return length


def _numbers(table: bytes, start: int, kind: str) -> array[int]:
    """The entries of a table: version and flags, ``start`` bytes in all, then their count, then
    they.
    """
    values = array(kind)
    if len(table) < start + 4:
        return values
    count = int.from_bytes(table[start : start + 4])
    end = start + 4 + count * values.itemsize
    if end > len(table):
        raise Unreadable()
    values.frombytes(table[start + 4 : end])
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _sizes(tables: dict[bytes, bytes]) -> tuple[int, int, array[int]]:
    """The size that all samples have, or 0; how many there are; the size of each."""
    if b"stz2" in tables:
        raise Unreadable()  # sizes of four bits, which nobody writes
    table = tables.get(b"stsz", b"")
    if len(table) < 12:
        return 0, 0, array("I")
    size, count = struct.unpack_from(">II", table, 4)
    return size, count, array("I") if size else _numbers(table, 8, "I")


def _runs(table: bytes, chunks: int) -> Iterator[tuple[int, int]]:
    """(samples in each, how many chunks) of each run of chunks."""
    numbers = array("I")
    if len(table) >= 8:
        count = int.from_bytes(table[4:8])
        if 8 + 12 * count > len(table):
            raise Unreadable()
        numbers.frombytes(table[8 : 8 + 12 * count])
        if sys.byteorder == "little":
            numbers.byteswap()
    firsts = [*numbers[::3], chunks + 1]
    if (numbers or chunks) and firsts[0] != 1:
        raise Unreadable()
    for (first, after), samples in zip(itertools.pairwise(firsts), numbers[1::3], strict=True):
        first, after = min(first, chunks + 1), min(after, chunks + 1)
        if after < first:
            raise Unreadable()
        yield samples, after - first
