"""GIF: blocks and sub-blocks (GIF89a specification, sections 17 to 27)."""

from __future__ import annotations

from typing import IO

from media.containers.block import DAMAGE, Block, read_exactly, size_of, trailer
from media.errors import Unreadable

_XMP = b"XMP DataXMP"
_XMP_MAGIC_TRAILER = 258  # bytes that lead any sub-block reader out of the packet (XMP specification part 3, 1.1.2)
_MAX_BLOCKS = 1_000_000


def blocks(file: IO[bytes]) -> list[Block]:
    return _walk(file)[0]


def frames(file: IO[bytes]) -> int:
    """How many pictures the file holds."""
    return _walk(file)[1]


def _walk(file: IO[bytes]) -> tuple[list[Block], int]:
    found: list[Block] = []
    pictures = 0
    flags = read_exactly(file, 10, 1)[0]
    offset = 13 + _colour_table(flags)
    for _ in range(_MAX_BLOCKS):
        file.seek(offset)
        introducer = file.read(1)
        if introducer == b"":  # ends between two blocks: a missing trailer, which every reader forgives
            break
        if introducer == b"\0":  # an end of sub-blocks too many
            found.append(Block("unknown", ((offset, 1),), keyword=DAMAGE))
            offset += 1
            continue
        if introducer == b"\x3b":
            return found + trailer(file, offset + 1), pictures
        try:
            if introducer == b"\x2c":
                flags = read_exactly(file, offset + 9, 1)[0]
                offset = _end_of_sub_blocks(file, offset + 10 + _colour_table(flags) + 1)
                pictures += 1
                continue
            if introducer == b"\x21":
                end = _end_of_sub_blocks(file, offset + 2)
                found += _extension(file, offset, end)
                offset = end
                continue
        except Unreadable:
            if not pictures:
                raise
            # Cut off in a later frame: browsers show those before it. Pixels or not, nobody can say what the rest is.
            found.append(Block("unknown", ((offset, size_of(file) - offset),) if introducer == b"\x21" else ((offset, 0),), keyword=DAMAGE))
            break
        raise Unreadable()
    if not pictures:
        raise Unreadable()
    return found, pictures


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _extension(file: IO[bytes], offset: int, end: int) -> list[Block]:
    head = read_exactly(file, offset, min(14, end - offset))
    if head[1] == 0xFE:
        return [Block("comment", tuple(_sub_blocks(file, offset + 2)))]
    if head[1] == 0xFF and head[3:] == _XMP:
        start = offset + 14
        return [Block("xmp", ((start, max(0, end - start - _XMP_MAGIC_TRAILER)),))]
    return []


def _sub_blocks(file: IO[bytes], offset: int) -> list[tuple[int, int]]:
    ranges = []
    while length := read_exactly(file, offset, 1)[0]:
        ranges.append((offset + 1, length))
        offset += 1 + length
    return ranges


def _end_of_sub_blocks(file: IO[bytes], offset: int) -> int:
    while length := read_exactly(file, offset, 1)[0]:
        offset += 1 + length
    return offset + 1
