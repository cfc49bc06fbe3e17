"""WebP: RIFF chunks (RFC 9649, section 2)."""

from __future__ import annotations

from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import Block, read_exactly, size_of, trailer
from media.metadata.containers.ration import MOST_BLOCKS, Few

_PIXELS = {b"VP8 ", b"VP8L", b"ALPH"}
_FIXED = {b"VP8X": 10, b"ANIM": 6}  # bytes
_METADATA = {b"EXIF": "exif", b"XMP ": "xmp", b"ICCP": "icc"}
_FRAME_HEADER = 16  # where, how large and how long a frame of an animation is; its chunks follow
_HEADER = 8
_MAX_BLOCKS = 1000  # of metadata; a real file has three
_MAX_CHUNKS = 200_000  # an animation has one chunk a frame


def blocks(file: IO[bytes]) -> list[Block]:
    end = 8 + int.from_bytes(read_exactly(file, 4, 4), "little")
    if end > size_of(file) + 1:  # writers differ on whether the last pad byte is there
        raise Unreadable()
    return _chunks(file, 12, end) + trailer(file, end)


def _chunks(file: IO[bytes], offset: int, end: int, *, in_frame: bool = False) -> list[Block]:
    result: list[Block] = Few(MOST_BLOCKS)
    for _ in range(_MAX_CHUNKS):
        if offset + _HEADER > end:
            return result + [
                Block("unknown", ((at, length),))
                for at, length in ((offset, min(end, size_of(file)) - offset),)
                if length > 0
            ]
        header = read_exactly(file, offset, _HEADER)
        name, length = header[:4], int.from_bytes(header[4:], "little")
        if offset + _HEADER + length > end:
            raise Unreadable()
        if name == b"ANMF" and not in_frame:
            result += _chunks(
                file, offset + _HEADER + _FRAME_HEADER, offset + _HEADER + length, in_frame=True
            )
        elif name in _FIXED:
            result += (
                [Block("unknown", ((offset + _HEADER + _FIXED[name], length - _FIXED[name]),))]
                if length > _FIXED[name]
                else []
            )
        elif name not in _PIXELS:
            result.append(Block(_METADATA.get(name, "unknown"), ((offset + _HEADER, length),)))  # type: ignore[arg-type]
        offset += _HEADER + length + length % 2
        if len(result) > _MAX_BLOCKS:
            break
    raise Unreadable()


def canvas(file: IO[bytes]) -> tuple[int, int] | None:
    """Width and height that the first chunk declares: known before a decoder sets its canvas aside.
    None if unclear.
    """
    head = read_exactly(file, 12, min(30, size_of(file)) - 12)
    if head[:4] == b"VP8X" and len(head) >= 18:
        return int.from_bytes(head[12:15], "little") + 1, int.from_bytes(head[15:18], "little") + 1
    return None
