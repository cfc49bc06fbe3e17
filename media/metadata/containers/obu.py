"""Units of AV1 that no picture needs: metadata and padding (AV1 Bitstream Specification, 5.3 and
5.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from media.errors import Unreadable

Range = tuple[int, int]

_DELIMITER, _METADATA = 2, 5
_FREE = {0, *range(9, 16)}  # reserved, and padding
# Metadata of numbers, and how many bytes they take: light levels, mastering display, scalability
# without a structure, time code.
_NUMBERS = {1: 5, 2: 25, 3: 2, 5: 12}
# SMPTE ST 2094-40 in a message of ITU-T T.35
_HDR10_PLUS, _MAX_HDR10_PLUS = b"\xb5\0\x3c\0\1\4", 256
_HEAD = 24  # bytes that a unit is known by: its header, its size, the beginning of a message
_WINDOW = 4096  # bytes read at once
_MAX_UNITS = 2_000_000  # of a film: sixty pictures a second, of four units each, for two hours


def private(file: IO[bytes], samples: Iterable[Range], size: int) -> Iterator[Range]:
    """The bytes of all samples that can be overwritten by anything but zeros. Raises Unreadable
    where units don't fill their sample.
    """
    units = 0
    for offset, length in samples:
        end, window, window_at = min(offset + length, size), b"", offset
        while offset < end:
            units += 1
            if units > _MAX_UNITS:
                raise Unreadable()
            if min(offset + _HEAD, end) > window_at + len(window):
                file.seek(offset)
                window, window_at = file.read(min(_WINDOW, end - offset)), offset
            unit, offset = _private(
                window[offset - window_at : offset - window_at + _HEAD], offset, end
            )
            if unit:
                yield unit


def of_data(data: bytes, start: int) -> Iterator[Range]:
    """Of units that stand alone, such as those of ``av1C`` behind its first four bytes."""
    at = 0
    while at < len(data):
        unit, at = _private(data[at : at + _HEAD], at, len(data))
        if unit:
            yield start + unit[0], unit[1]


def _private(head: bytes, offset: int, end: int) -> tuple[Range | None, int]:
    """What goes of the unit at ``offset``, but for its last byte, which marks the end; and where
    the unit ends.
    """
    kind, start, stop = _unit(head, offset, end)
    if kind == _METADATA:
        start += _kept(head[start - offset :], stop - start)
    elif kind not in _FREE and kind != _DELIMITER:  # a delimiter is empty
        start = stop
    return (start, stop - start - 1) if stop - start > 1 else None, stop


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


def _kept(message: bytes, length: int) -> int:
    """How many bytes of a message stay, by how it begins."""
    if not length:
        return 0
    kind, at = _leb128(message, 0)
    own = (
        _MAX_HDR10_PLUS
        if message.startswith(_HDR10_PLUS, at) and length <= at + _MAX_HDR10_PLUS
        else _NUMBERS.get(kind, 0)
    )
    return min(length, at + own)


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
