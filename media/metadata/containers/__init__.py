"""Locates the metadata in a file: one walker per container, all reading headers only, never pixels.

``blocks(file, kind)`` lists the metadata as Blocks and raises Unreadable for a file that ends too
early or carries a second file of a kind that runs or unpacks (a polyglot).
"""

from __future__ import annotations

from typing import IO, cast

from media.metadata.containers import bmff, gif, jpeg, matroska, png, riff
from media.metadata.containers.block import Block, size_of
from media.metadata.containers.ration import Rationed, check


def _whole(file: IO[bytes]) -> list[Block]:
    """A TIFF file is one TIFF structure from end to end."""
    return [Block("tiff", ((0, size_of(file)),))]


def _none(file: IO[bytes]) -> list[Block]:
    """BMP has nothing beside its pixels that a PNG of them would keep."""
    return []


WALKERS = {
    "bmp": _none,
    "jpg": jpeg.blocks,
    "png": png.blocks,
    "webp": riff.blocks,
    "gif": gif.blocks,
    "tiff": _whole,
    **dict.fromkeys(("avif", "heic", "mp4", "mov", "m4v", "3gp"), bmff.blocks),
    **dict.fromkeys(("webm", "mkv"), matroska.blocks),
}


def blocks(file: IO[bytes], format: str) -> list[Block]:
    """The metadata blocks of ``file``, in file order.

    Raises Unreadable, also for more pieces than a real file has, and KeyError for a format that
    nobody can look into.
    """
    walker = WALKERS[format]
    rationed = Rationed(file)
    file.seek(0)
    result = walker(cast(IO[bytes], rationed))
    check(rationed, result)
    return result
