"""PNG: a chunk eXIf (W3C PNG, third edition, 11.3.4.5), before the pixels."""

from __future__ import annotations

import zlib
from typing import IO

from media.errors import CannotRotate
from media.metadata.containers.block import read_exactly
from media.metadata.containers.png import HEADER, chunks
from media.orientation import exif
from media.orientation.splice import Splice

_ANIMATED = b"acTL"


def splices(file: IO[bytes], turns: int) -> list[Splice]:
    """Raises CannotRotate also for an animation: not every browser turns one."""
    found = list(chunks(file))
    if any(name == _ANIMATED for _, name, _ in found):
        raise CannotRotate()
    for offset, name, length in found:
        if name == b"eXIf":
            return _in_chunk(file, offset, length, turns)
    offset, _, length = found[0]  # IHDR
    data = b"eXIf" + exif.new_block(turns)
    chunk = (len(data) - 4).to_bytes(4) + data + zlib.crc32(data).to_bytes(4)
    return [Splice(offset + HEADER + length + 4, b"", chunk)]


def _in_chunk(file: IO[bytes], offset: int, length: int, turns: int) -> list[Splice]:
    def grow(more: int) -> list[Splice]:
        return [Splice(offset, length.to_bytes(4), (length + more).to_bytes(4))]

    at = offset + HEADER
    data = read_exactly(file, at, length)
    result = exif.in_block(data, at, turns, grow)
    for where, before, after in sorted(result, reverse=True):
        if where >= at:
            data = data[: where - at] + after + data[where - at + len(before) :]
    crc = read_exactly(file, at + length, 4)
    return [*result, Splice(at + length, crc, zlib.crc32(b"eXIf" + data).to_bytes(4))]
