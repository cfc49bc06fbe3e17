"""WebP: a chunk EXIF, and the flag of the extended format that says so (RFC 9649, 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from media.errors import CannotRotate
from media.metadata.containers.block import read_exactly, size_of
from media.orientation import exif
from media.orientation.splice import Splice

_FIRST = 12  # offset of the first chunk
_HEADER = 8  # name and length of a chunk
_EXIF, _ALPHA, _ANIMATION = 0x08, 0x10, 0x02
_MAX_CHUNKS = 1000  # of a still; a real one has some five


def splices(file: IO[bytes], turns: int) -> list[Splice]:
    """Raises CannotRotate also for an animation: not every browser turns one."""
    end = 8 + int.from_bytes(read_exactly(file, 4, 4), "little")
    found = list(_chunks(file, end))
    if end > size_of(file) or not found:
        raise CannotRotate()
    flags = read_exactly(file, _FIRST + _HEADER, 1)[0] if found[0][0] == b"VP8X" else None
    if (flags or 0) & _ANIMATION:
        raise CannotRotate()
    for name, at, length in found:
        if name == b"EXIF" and flags is not None:
            return [*_in_chunk(file, at, length, turns, end), *_flagged(flags)]
    block = exif.new_block(turns)
    chunk = b"EXIF" + len(block).to_bytes(4, "little") + block
    if flags is not None:
        return [Splice(end, b"", chunk), *_flagged(flags), *_riff(end, len(chunk))]
    extended = _extended(file, found[0])
    result = [Splice(_FIRST, b"", extended), Splice(end, b"", chunk)]
    return [*result, *_riff(end, len(extended) + len(chunk))]


def _chunks(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset of the data, its length."""
    offset = _FIRST
    for _ in range(_MAX_CHUNKS):
        if offset + _HEADER > end:
            return
        header = read_exactly(file, offset, _HEADER)
        length = int.from_bytes(header[4:], "little")
        yield header[:4], offset + _HEADER, length
        offset += _HEADER + length + length % 2
    raise CannotRotate()


def _in_chunk(file: IO[bytes], at: int, length: int, turns: int, end: int) -> list[Splice]:
    def grow(more: int) -> list[Splice]:
        sizes = (one.to_bytes(4, "little") for one in (length, length + more))
        return [Splice(at - 4, *sizes), *_riff(end, more)]

    return exif.in_block(read_exactly(file, at, length), at, turns, grow)


def _riff(end: int, more: int) -> list[Splice]:
    sizes = ((end - 8 + one).to_bytes(4, "little") for one in (0, more))
    return [Splice(4, *sizes)]


def _flagged(flags: int) -> list[Splice]:
    if flags & _EXIF:
        return []
    return [Splice(_FIRST + _HEADER, bytes([flags]), bytes([flags | _EXIF]))]


def _extended(file: IO[bytes], first: tuple[bytes, int, int]) -> bytes:
    """The chunk that a file of the simple format gets before its pixels (2.5, 2.6)."""
    name, at, _ = first
    if name == b"VP8L":
        bits = int.from_bytes(read_exactly(file, at + 1, 4), "little")
        width, height, has_alpha = bits & 0x3FFF, bits >> 14 & 0x3FFF, bits >> 28 & 1
    elif name == b"VP8 ":
        data = read_exactly(file, at + 6, 4)
        sides = (int.from_bytes(data[one : one + 2], "little") & 0x3FFF for one in (0, 2))
        width, height, has_alpha = *(side - 1 for side in sides), 0
    else:
        raise CannotRotate()
    flags = _EXIF | (_ALPHA if has_alpha else 0)
    canvas = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return b"VP8X" + (10).to_bytes(4, "little") + bytes([flags, 0, 0, 0]) + canvas
