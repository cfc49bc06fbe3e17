"""Units of AV1 that no picture needs: metadata and padding (AV1 Bitstream Specification, 5.3 and 5.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import read_exactly

Range = tuple[int, int]

_METADATA, _PADDING, _LAST_RESERVED = 5, 15, range(9, 15)
# Metadata of numbers, and how long it may be: light levels, mastering display, scalability, time code.
_NUMBERS = {1: 8, 2: 28, 3: 600, 5: 12}
_HDR10_PLUS, _MAX_HDR10_PLUS = b"\xb5\0\x3c\0\1\4", 256  # SMPTE ST 2094-40 in a message of ITU-T T.35
_WINDOW = 4096  # bytes read at once
_MAX_UNITS = 2_000_000  # of a film: sixty pictures a second, of four units each, for two hours


def private(file: IO[bytes], samples: Iterable[Range], size: int) -> Iterator[Range]:
    """The bytes of all samples that can be overwritten by anything but zeros. Raises Unreadable where units don't fill their sample."""
    units = 0
    for offset, length in samples:
        end = min(offset + length, size)
        while offset < end:
            units += 1
            if units > _MAX_UNITS:
                raise Unreadable()
            file.seek(offset)
            kind, start, stop = _unit(file.read(min(_WINDOW, end - offset)), offset, end)
            if kind == _METADATA:
                yield from _metadata(read_exactly(file, start, min(stop - start, _WINDOW)), start, stop)
            elif kind == _PADDING or kind in _LAST_RESERVED:
                yield from _all_but_the_last(start, stop)
            offset = stop


def of_data(data: bytes, start: int) -> Iterator[Range]:
    """Of units that stand alone, such as those of ``av1C`` behind its first four bytes."""
    at, end = 0, len(data)
    while at < end:
        kind, first, stop = _unit(data[at:], at, end)
        if kind == _METADATA:
            yield from ((start + place, length) for place, length in _metadata(data[first:stop], first, stop))
        elif kind == _PADDING or kind in _LAST_RESERVED:
            yield from ((start + place, length) for place, length in _all_but_the_last(first, stop))
        at = stop


def _unit(head: bytes, offset: int, end: int) -> tuple[int, int, int]:
    """Its type, and where its payload begins and ends."""
    if not head:
        raise Unreadable()
    at = 2 if head[0] & 4 else 1
    if not head[0] & 2:  # the last one of a sample may leave its size out
        return head[0] >> 3 & 15, offset + at, end
    size, at = _leb128(head, at)
    if offset + at + size > end:
        raise Unreadable()
    return head[0] >> 3 & 15, offset + at, offset + at + size


def _metadata(data: bytes, start: int, stop: int) -> Iterator[Range]:
    kind, at = _leb128(data, 0)
    length = stop - start
    if kind in _NUMBERS and length <= at + _NUMBERS[kind]:
        return
    if data.startswith(_HDR10_PLUS, at) and length <= at + _MAX_HDR10_PLUS:
        return
    yield from _all_but_the_last(start + at, stop)


def _all_but_the_last(start: int, stop: int) -> Iterator[Range]:
    """The last byte marks the end."""
    if stop - start > 1:
        yield start, stop - start - 1


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        if at >= len(data):
            raise Unreadable()
        value |= (data[at] & 127) << 7 * index
        at += 1
        if data[at - 1] < 128:
            return value, at
    raise Unreadable()
