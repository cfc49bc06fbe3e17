"""GIF: blocks and sub-blocks (GIF89a specification, sections 17 to 27)."""

from __future__ import annotations

from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import DAMAGE, Block, read_exactly, size_of, trailer
from media.metadata.containers.ration import MOST_BLOCKS, Few

_XMP = b"XMP DataXMP"
# How often it plays, in two dialects. Not ICCRGBG1012: browsers know no colour profiles in GIF.
_HARMLESS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
_PLAYS, _CONTROL = 3, 4  # bytes of the one sub-block that each has
# leads any sub-block reader out of the packet (XMP specification part 3, 1.1.2)
_XMP_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_MAX_BLOCKS = 200_000  # frames and extensions; an animation of an hour has two a frame
_STEP = 64 * 1024
# Sub-blocks of the whole file: encoders fill theirs up to 255 bytes, all but the last of a frame.
_SUB_BLOCKS, _BYTES_A_SUB_BLOCK, _MOST_SUB_BLOCKS = 100_000, 16, 5_000_000


def blocks(file: IO[bytes]) -> list[Block]:
    return _walk(file)[0]


def frames(file: IO[bytes]) -> int:
    """How many pictures the file holds."""
    return _walk(file)[1]


def _walk(file: IO[bytes]) -> tuple[list[Block], int]:
    result: list[Block] = Few(MOST_BLOCKS)
    pictures = 0
    sub_blocks = _SubBlocks(file)
    flags = read_exactly(file, 10, 1)[0]
    offset = 13 + _colour_table(flags)
    for _ in range(_MAX_BLOCKS):
        file.seek(offset)
        introducer = file.read(1)
        # ends between two blocks: a missing trailer, which every reader forgives
        if introducer == b"":
            break
        if introducer == b"\0":  # an end of sub-blocks too many
            result.append(Block("unknown", ((offset, 1),), keyword=DAMAGE))
            offset += 1
            continue
        if introducer == b"\x3b":
            return result + trailer(file, offset + 1), pictures
        try:
            if introducer == b"\x2c":
                flags = read_exactly(file, offset + 9, 1)[0]
                offset = sub_blocks.end(offset + 10 + _colour_table(flags) + 1)
                pictures += 1
                continue
            if introducer == b"\x21":
                end = sub_blocks.end(offset + 2)
                result += _extension(file, offset, end)
                offset = end
                continue
        except Unreadable:
            if not pictures or sub_blocks.left < 0:
                raise
            # Cut off in a later frame: browsers show those before it. Pixels or not, nobody can say
            # what the rest is.
            result.append(
                Block(
                    "unknown",
                    ((offset, size_of(file) - offset),)
                    if introducer == b"\x21"
                    else ((offset, 0),),
                    keyword=DAMAGE,
                )
            )
            break
        raise Unreadable()
    if not pictures:
        raise Unreadable()
    return result, pictures


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _extension(file: IO[bytes], offset: int, end: int) -> list[Block]:
    head = read_exactly(file, offset, min(14, end - offset))
    if head[1] == 0xF9:
        return _behind(file, offset + 2, end, _CONTROL)
    # as section 26 wants it; browsers skip what isn't
    is_named = head[1] == 0xFF and head[2] == 11 and len(head) == 14
    start = offset + (14 if is_named else 2)  # a program's name stays
    if is_named and head[3:] in _HARMLESS:
        return _behind(file, start, end, _PLAYS)
    packet_end = end - len(_XMP_TRAILER)
    if (
        is_named
        and head[3:] == _XMP
        and packet_end >= start
        and read_exactly(file, packet_end, len(_XMP_TRAILER)) == _XMP_TRAILER
    ):
        return [Block("xmp", ((start, packet_end - start),))]
    return [Block("sub-blocks", ((start, end - start),))]


def _behind(file: IO[bytes], start: int, end: int, used: int) -> list[Block]:
    """What stands in the sub-blocks at ``start`` behind the bytes that decoders use."""
    length = read_exactly(file, start, 1)[0]
    following = start + 1 + length
    rest = [Block("unknown", ((start + 1 + used, length - used),))] if length > used else []
    return rest + (
        [Block("sub-blocks", ((following, end - following),))] if end > following + 1 else []
    )


def without_content(data: bytes) -> bytes:
    """Sub-blocks of the same lengths, with nothing in them."""
    cleaned, at = bytearray(len(data)), 0
    while at < len(data) and (length := data[at]):
        cleaned[at] = length
        at += 1 + length
    return bytes(cleaned)


class _SubBlocks:
    """Counts them, as a file may have millions of one byte: ours, and Pillow's, is a turn of a
    Python loop each.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.left = min(_SUB_BLOCKS + size_of(file) // _BYTES_A_SUB_BLOCK, _MOST_SUB_BLOCKS)

    def end(self, offset: int) -> int:
        """The offset behind the sub-blocks at ``offset``. Raises Unreadable where they don't end,
        or are too many.
        """
        self.file.seek(offset)
        data, at = self.file.read(256), 0
        while at < len(data):
            self.left -= 1
            if not data[at]:
                return offset + at + 1
            at += 1 + data[at]
            if self.left < 0:
                raise Unreadable()
            if at >= len(data) and len(data) >= 256:  # so that a short end is the file's
                offset, at = offset + at, 0
                self.file.seek(offset)
                data = self.file.read(_STEP)
        raise Unreadable()
