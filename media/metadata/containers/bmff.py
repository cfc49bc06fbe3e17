"""ISO base media: AVIF, HEIF, MP4, MOV, by the boxes of the file."""

from __future__ import annotations

from typing import IO

from media.metadata.containers import items, movie
from media.metadata.containers.block import Block, size_of
from media.metadata.containers.boxes import boxes, gone, uuid_block
from media.metadata.containers.film import film_blocks
from media.metadata.containers.ration import MOST_BLOCKS, Few
from media.metadata.containers.samples import Range
from media.metadata.containers.tracks import Film, sample_blocks

_FILM = b"mpvd"  # of a motion photo


def blocks(file: IO[bytes]) -> list[Block]:
    result: list[Block] = Few(MOST_BLOCKS)
    film, used = Film(), list[Range]()
    for box in boxes(file, 0, size_of(file)):
        film.add(box)
        if box.name == b"meta":
            result += items.blocks(file, box, used, film)
        elif box.name in (b"moov", b"moof", b"mfra"):
            result += movie.blocks(file, box)
        elif box.name == b"uuid":
            result.append(uuid_block(file, box))
        elif box.name == _FILM:
            inside, end = film_blocks(file, box.start, box.end)
            result += [*inside, Block("unknown", ((end, box.end - end),))]
        elif box.name == b"sidx":
            result += movie.leaf(file, box)
        elif box.name not in movie.TOP:
            result.append(gone(box))
    return [*result, *sample_blocks(file, film, used)]
