"""A piece of metadata in a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import IO, Literal

from media.errors import Unreadable

Kind = Literal[
    "exif",
    "xmp",
    "icc",
    "photoshop",
    "comment",
    "text",
    "box",
    "dates",
    "tiff",
    "index",
    "sub-blocks",
    "subtitles",
    "filler",
    "uncleanable",
    "element",
    "unknown",
    "trailer",
]

# Real metadata stays under a megabyte and a motion photo under some ten; this bounds what is held
# in memory.
MAX_BLOCK_BYTES = 32 * 1024 * 1024
# Of a still picture, in all that stands before its end: decoders keep it while they have the
# picture open.
MAX_METADATA_BYTES = 2 * MAX_BLOCK_BYTES

# the keyword of what should not be there, or of nothing where something is missing
DAMAGE = "damage"

# Data behind a picture's end may be a phone's, but not a file that runs or unpacks.
_FOREIGN = (
    b"PK\x03\x04", b"PK\x05\x06", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"<?php", b"<?xml", b"<html",
    b"<script", b"<svg", b"<!doctype", b"#!/", b"MZ\x90", b"\x7fELF",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """``ranges`` are (offset, length) in bytes; together they hold one piece of metadata.

    ``keyword`` is a PNG text's keyword, or the name of an item in a film. ``chunk`` is the offset
    of the PNG chunk around the block, whose CRC must be made right again after a change, else None.
    """

    kind: Kind
    ranges: tuple[tuple[int, int], ...]
    keyword: str = ""
    chunk: int | None = None

    @property
    def length(self) -> int:
        return sum(length for _, length in self.ranges)

    def read(self, file: IO[bytes]) -> bytes:
        """The block's bytes, put together. Raises Unreadable for one too large to be metadata."""
        if self.length > MAX_BLOCK_BYTES:
            raise Unreadable()
        return b"".join(read_exactly(file, offset, length) for offset, length in self.ranges)


def read_exactly(file: IO[bytes], offset: int, length: int) -> bytes:
    """``length`` bytes at ``offset``; raises Unreadable where the file ends before."""
    file.seek(offset)
    data = file.read(length)
    if len(data) != length:
        raise Unreadable()
    return data


def size_of(file: IO[bytes]) -> int:
    return file.seek(0, os.SEEK_END)


def trailer(file: IO[bytes], offset: int) -> list[Block]:
    """What follows the end of a picture, as a block. Raises Unreadable for a polyglot."""
    length = size_of(file) - offset
    if length <= 0:
        return []
    file.seek(offset)
    head = file.read(1024).lstrip(b"\0 \t\r\n").lower()
    if head.startswith(tuple(magic.lower() for magic in _FOREIGN)):
        raise Unreadable()
    return [Block("trailer", ((offset, length),))]
