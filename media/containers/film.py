"""A film that stands inside another file: that of a motion photo, behind a JPEG or in a box of a HEIC."""

from __future__ import annotations

from typing import IO

from media.containers import movie
from media.containers.block import Block
from media.containers.boxes import boxes, uuid_block
from media.errors import Unreadable

_NEEDED = {b"ftyp", b"mdat", b"moov"}


def film_blocks(file: IO[bytes], start: int, end: int) -> tuple[list[Block], int]:
    """The metadata of the film at ``start``, and where the film ends; that is ``start``, where it is none.

    It ends where its boxes do: what a phone wrote behind them is no box, or none of a film's.
    """
    found: list[Block] = []
    behind, names = start, set()
    try:
        for box in boxes(file, start, end):
            if not box.name.isalnum():
                break
            if box.name == b"moov":
                found += movie.blocks(file, box, start)
            elif box.name == b"uuid":
                found.append(uuid_block(file, box))
            elif box.name not in _NEEDED:
                found.append(Block("unknown", ((box.start, box.end - box.start),)))
            names.add(box.name)
            behind = box.end
    except Unreadable:  # a vendor's own bytes behind the film
        pass
    return (found, behind) if names >= {b"ftyp", b"moov"} else ([], start)
