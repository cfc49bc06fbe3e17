"""A film that stands inside another file: that of a motion photo, behind a JPEG or in a box of a
HEIC.
"""

from __future__ import annotations

from typing import IO

from media.errors import Unreadable
from media.metadata.containers import movie
from media.metadata.containers.block import Block
from media.metadata.containers.boxes import boxes, gone, uuid_block
from media.metadata.containers.ration import MOST_BLOCKS, Few
from media.metadata.containers.tracks import Film, sample_blocks

_NEEDED = {b"ftyp", b"mdat"}


def film_blocks(file: IO[bytes], start: int, end: int) -> tuple[list[Block], int]:
    """The metadata of the film at ``start``, and where the film ends; that is ``start``, where it
    is none.

    It ends where its boxes do: what a phone wrote behind them is no box, or none of a film's.
    """
    result: list[Block] = Few(MOST_BLOCKS)
    behind, names, film = start, set(), Film(start)
    try:
        for box in boxes(file, start, end):
            if not box.name.isalnum():
                break
            if box.name in (b"moov", b"moof", b"mfra"):
                result += movie.blocks(file, box)
            elif box.name == b"uuid":
                result.append(uuid_block(file, box))
            elif box.name not in _NEEDED:
                result.append(gone(box))
            film.add(box)
            names.add(box.name)
            behind = box.end
    except Unreadable:  # a vendor's own bytes behind the film
        pass
    if not names >= {b"ftyp", b"moov"}:
        return [], start
    return [*result, *sample_blocks(file, film)], behind
