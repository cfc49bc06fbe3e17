"""The text of PNG's tEXt, zTXt and iTXt chunks (W3C PNG, third edition, 11.3.3)."""

from __future__ import annotations

import zlib

from media.metadata import encoding

TITLE, DESCRIPTION, COMMENT = "Title", "Description", "Comment"
_MAX_TEXT = 100_000  # bytes inflated; more is no title, and a bomb


def text_of(chunk: bytes, data: bytes) -> str:
    """The text in a chunk of this type, without its keyword; "" where it is broken.

    tEXt and zTXt are Latin-1 by the standard, and in truth what the program spoke.
    """
    _, _, rest = data.partition(b"\0")
    if chunk == b"zTXt":
        return encoding.decode(_inflated(rest[1:]))
    if chunk == b"iTXt":
        is_compressed, text = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
        return (_inflated(text) if is_compressed else text[:_MAX_TEXT]).decode("utf-8", "replace")
    return encoding.decode(rest[:_MAX_TEXT])


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MAX_TEXT)
    except zlib.error:
        return b""
