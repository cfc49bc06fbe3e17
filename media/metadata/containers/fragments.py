"""Where the samples of a film in pieces lie (ISO/IEC 14496-12, 8.8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import read_exactly
from media.metadata.containers.boxes import Box, boxes, payload

# Flags of `tfhd`: fields that are there, by size, then how offsets are meant.
_BASE, _DESCRIPTION, _DURATION, _SIZE, _FLAGS, _FROM_MOOF = 0x1, 0x2, 0x8, 0x10, 0x20, 0x20000
# Flags of `trun`.
_OFFSET, _FIRST_FLAGS, _SIZES, _FIELDS = 0x1, 0x4, 0x200, (0x100, 0x200, 0x400, 0x800)

Sample = tuple[int, int, int]  # track, offset, size


def default_sizes(file: IO[bytes], moov: Box) -> dict[int, int]:
    """The size of a sample for which a piece gives none, by track."""
    sizes = {}
    for mvex in boxes(file, moov.start, moov.end):
        for box in boxes(file, mvex.start, mvex.end) if mvex.name == b"mvex" else ():
            if box.name == b"trex" and box.end - box.start >= 24:
                track, size = struct.unpack(">I8xI", read_exactly(file, box.start + 4, 16))
                sizes[track] = size
    return sizes


def samples(file: IO[bytes], moof: Box, sizes: dict[int, int], base: int) -> Iterator[Sample]:
    """The samples of one ``moof``, in its order. Raises Unreadable for one that breaks off."""
    behind = None
    for traf in boxes(file, moof.start, moof.end):
        if traf.name != b"traf":
            continue
        track, start, size = 0, moof.at, 0
        at: int | None = None
        for box in boxes(file, traf.start, traf.end):
            if box.name == b"tfhd":
                track, start, size = _header(
                    payload(file, box), moof.at if behind is None else behind, moof.at, base, sizes
                )
            elif box.name == b"trun":
                at = start if at is None else at
                for offset, length in _run(payload(file, box), start, at, size):
                    yield track, offset, length
                    at = offset + length
        behind = at if at is not None else start


def _header(
    data: bytes, behind: int, moof: int, base: int, sizes: dict[int, int]
) -> tuple[int, int, int]:
    """(track, where its offsets begin, size of a sample)"""
    if len(data) < 8:
        raise Unreadable()
    flags, track = struct.unpack_from(">II", data)
    at, start, size = 8, moof if flags & _FROM_MOOF else behind, sizes.get(track, 0)
    fields = [(_BASE, 8), (_DESCRIPTION, 4), (_DURATION, 4), (_SIZE, 4)]
    for flag, width in fields:
        if flags & flag:
            number = int.from_bytes(data[at : at + width])
            at += width
            start = base + number if flag == _BASE else start
            size = number if flag == _SIZE else size
    return track, start, size


def _run(data: bytes, start: int, at: int, size: int) -> Iterator[tuple[int, int]]:
    if len(data) < 8:
        raise Unreadable()
    flags, count = struct.unpack_from(">II", data)
    position = 8
    if flags & _OFFSET:
        at = start + int.from_bytes(data[position : position + 4], signed=True)
        position += 4
    if flags & _FIRST_FLAGS:
        position += 4
    width = 4 * sum(bool(flags & field) for field in _FIELDS)
    place = 4 * bool(flags & 0x100)
    if position + count * width > len(data):
        raise Unreadable()
    if not flags & _SIZES:  # all of one size: one range will do
        if count and size:
            yield at, size * count
        return
    for number in range(count):
        length = int.from_bytes(
            data[position + number * width + place : position + number * width + place + 4]
        )
        yield at, length
        at += length
