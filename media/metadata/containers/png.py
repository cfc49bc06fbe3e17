"""PNG: chunks (W3C PNG, third edition, section 5)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import (
    MAX_METADATA_BYTES,
    Block,
    read_exactly,
    size_of,
    trailer,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
HEADER = 8  # length and type before a chunk's data; its CRC follows in 4 bytes more

# Critical chunks, colour, transparency, density and animation, with the most bytes that each may
# have.
KEPT = {
    b"IHDR": 13, b"PLTE": 768, b"IDAT": 1 << 31, b"IEND": 0, b"tRNS": 256, b"cHRM": 32, b"gAMA": 4,
    b"sBIT": 4, b"sRGB": 1, b"cICP": 4, b"mDCV": 24, b"cLLI": 8, b"bKGD": 6, b"pHYs": 9, b"acTL": 8,
    b"fcTL": 26, b"fdAT": 1 << 31, b"iDOT": 28,
}  # fmt: skip
# Each chunk is a turn of a Python loop, ours and Pillow's. libpng writes IDATs of 8 KB, others
# larger ones, and an animation two chunks a frame: so many for any file, and one for each 2 KB.
_CHUNKS, _BYTES_A_CHUNK, _MOST_CHUNKS = 20_000, 2048, 200_000
_MAX_BLOCKS = 1000  # texts and the like; a real file has some ten
TEXT = {b"tEXt", b"zTXt", b"iTXt"}
_PIXELS = {b"IDAT", b"fdAT"}


def blocks(file: IO[bytes]) -> list[Block]:
    """Raises Unreadable for more chunks beside the pixels, in number or in bytes, than a decoder
    should keep.
    """
    result: list[Block] = []
    end = metadata = 0
    for offset, name, length in chunks(file):
        end = offset + HEADER + length + 4
        metadata += 0 if name in _PIXELS else length
        if name == b"eXIf":
            result.append(Block("exif", ((offset + HEADER, length),), chunk=offset))
        elif name in TEXT:
            result.append(_text(file, offset, name, length))
        elif name == b"tIME":
            result.append(Block("text", ((offset + HEADER, length),), chunk=offset))
        elif name == b"iCCP":
            result.append(Block("icc", ((offset + HEADER, length),), chunk=offset))
        elif length > KEPT.get(name, -1):
            result.append(Block("unknown", ((offset + HEADER, length),), chunk=offset))
        if len(result) > _MAX_BLOCKS or metadata > MAX_METADATA_BYTES:
            raise Unreadable()
    return result + trailer(file, end)


def chunks(file: IO[bytes]) -> Iterator[tuple[int, bytes, int]]:
    """(offset, type, length of the data) of each chunk up to IEND; raises Unreadable where that is
    missing.
    """
    size = size_of(file)
    offset = len(SIGNATURE)
    for _ in range(min(_CHUNKS + size // _BYTES_A_CHUNK, _MOST_CHUNKS)):
        header = read_exactly(file, offset, HEADER)
        length, name = int.from_bytes(header[:4]), header[4:]
        if offset + HEADER + length + 4 > size:
            raise Unreadable()
        yield offset, name, length
        if name == b"IEND":
            return
        offset += HEADER + length + 4
    raise Unreadable()


def without_pixels(file: IO[bytes]) -> IO[bytes]:
    """The same PNG with nothing but its metadata: for a reader that decodes all pixels to see what
    stands behind. Raises Unreadable.
    """
    result = io.BytesIO(SIGNATURE)
    result.seek(0, io.SEEK_END)
    for offset, name, length in chunks(file):
        if name in TEXT or name in (b"IHDR", b"eXIf", b"IEND"):
            result.write(read_exactly(file, offset, HEADER + length + 4))
    result.seek(0)
    return result


def _text(file: IO[bytes], offset: int, name: bytes, length: int) -> Block:
    head = read_exactly(file, offset + HEADER, min(length, 4096))
    keyword, _, rest = head.partition(b"\0")
    # not compressed
    if name == b"iTXt" and keyword.decode("latin-1") == XMP_KEYWORD and rest[:1] == b"\0":
        language, _, after = rest[2:].partition(b"\0")
        translated, _, _ = after.partition(b"\0")
        start = len(keyword) + 1 + 2 + len(language) + 1 + len(translated) + 1
        return Block("xmp", ((offset + HEADER + start, max(0, length - start)),), chunk=offset)
    return Block(
        "text", ((offset + HEADER, length),), keyword=keyword[:79].decode("latin-1"), chunk=offset
    )
