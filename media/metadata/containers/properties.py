"""The properties of pictures in HEIF and AVIF (ISO/IEC 23008-12, 6.5; AVIF 1.1): numbers, of which
no more stay than each has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import decoder_settings
from media.metadata.containers.block import Block, read_exactly
from media.metadata.containers.boxes import Box, boxes, gone, payload

_SETTINGS = {b"hvcC": "hevc", b"avcC": "avc", b"av1C": "av1", b"lhvC": "lhevc"}
# How many bytes of each stay; of what isn't here nothing does.
_NUMBERS = {
    b"ispe": 12, b"irot": 1, b"imir": 1, b"pasp": 8, b"clap": 32, b"clli": 4, b"mdcv": 24,
    b"cclv": 24, b"amve": 8, b"a1op": 1, b"lsel": 2, b"reve": 24, b"ndwt": 8, b"rloc": 12,
    b"oinf": 256, b"tols": 64, b"uncC": 256,
}  # fmt: skip
# By their first bytes, of those that say it.
_LISTS: dict[bytes, Callable[[bytes], int]] = {
    b"pixi": lambda data: 5 + data[4],
    b"a1lx": lambda data: 13 if data[0] & 1 else 7,
    b"rref": lambda data: 5 + 4 * data[4],
    b"cmpd": lambda data: 4 + 2 * int.from_bytes(data[:4]),
}
_WORDS_OF_JPEG = re.compile(rb"\xff[\xe0-\xef\xfe]")  # of the beginning that several JPEGs share
_CLOSED = {b"vvcC", b"jpgC"}  # settings that aren't looked into
# What a picture is for: names of MPEG, Apple and Samsung.
_AUXILIARY = re.compile(
    rb"urn:mpeg:(?:mpegB:cicp:systems:auxiliary:(?:alpha|depth)|avc:2015:auxid:\d|"
    rb"hevc:2015:auxid:\d)|"
    rb"(?:urn:com:apple:photo:20\d\d|tag:apple\.com,20\d\d:photo):aux:[a-z]{3,30}|"
    rb"urn:com:(?:photo|samsung):(?:photo:20\d\d:)?aux:[a-z]{3,30}"
)


def blocks(file: IO[bytes], iprp: Box) -> Iterator[Block]:
    for container in boxes(file, iprp.start, iprp.end):
        if container.name == b"ipco":
            for box in boxes(file, container.start, container.end):
                yield from _property(file, box)
        elif container.name == b"ipma":
            yield from behind(container, _associations(payload(file, container)))
        else:
            yield gone(container)


def widths(file: IO[bytes], iprp: Box) -> set[int]:
    """How many bytes give the length of a unit of H.264 or H.265, of all pictures."""
    places = {b"hvcC": 21, b"avcC": 4, b"lhvC": 4}
    containers = [box for box in boxes(file, iprp.start, iprp.end) if box.name == b"ipco"]
    settings = [
        box
        for container in containers
        for box in boxes(file, container.start, container.end)
        if box.name in places
    ]
    return {1 + (read_exactly(file, box.start + places[box.name], 1)[0] & 3) for box in settings}


def behind(box: Box, own: int) -> Iterator[Block]:
    """What stands in a box behind its ``own`` bytes."""
    if box.start + own < box.end:
        yield Block("unknown", ((box.start + own, box.end - box.start - own),))


def _property(file: IO[bytes], box: Box) -> Iterator[Block]:
    if box.name == b"colr":
        yield from _colour(file, box)
    elif box.name == b"auxC":
        name = payload(file, box)[4:].partition(b"\0")[0]
        # no decoder needs what stands behind
        yield from behind(box, 4 + (len(name) if _AUXILIARY.fullmatch(name) else 0))
    elif box.name in _SETTINGS:
        yield from decoder_settings.blocks(_SETTINGS[box.name], payload(file, box), box.start)
    elif box.name == b"jpgC" and not _WORDS_OF_JPEG.search(payload(file, box)):
        return
    elif box.name in _CLOSED:
        yield Block("uncleanable", (), keyword="a picture that can't be followed")
    else:
        head = read_exactly(file, box.start, min(8, box.end - box.start)).ljust(8, b"\0")
        yield from behind(
            box, _LISTS[box.name](head) if box.name in _LISTS else _NUMBERS.get(box.name, 0)
        )


def _colour(file: IO[bytes], box: Box) -> Iterator[Block]:
    """A profile, or numbers and a flag (ISO/IEC 14496-12, 12.1.5)."""
    kind = read_exactly(file, box.start, min(4, box.end - box.start))
    if kind in (b"prof", b"rICC"):
        yield Block("icc", ((box.start + 4, box.end - box.start - 4),))
    else:
        yield from behind(box, 11 if kind == b"nclx" else 4)


def _associations(data: bytes) -> int:
    """How long the table is that gives each item its properties (ISO/IEC 23008-12, 9.3.1). Raises
    Unreadable where it breaks off.
    """
    wide, each, at = 4 if data[:1] != b"\0" else 2, 2 if data[3:4] and data[3] & 1 else 1, 8
    for _ in range(int.from_bytes(data[4:8])):
        if at + wide >= len(data):
            raise Unreadable()
        at += wide + 1 + each * data[at + wide]
    return at
