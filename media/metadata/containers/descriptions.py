"""How samples are coded: the entries of ``stsd`` (ISO/IEC 14496-12, 8.5.2 and 12; QuickTime File
Format, *Sample description*).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import decoder_settings
from media.metadata.containers.block import Block, read_exactly
from media.metadata.containers.boxes import Box, boxes, gone, payload

_FIELDS = 8  # bytes that every entry begins with
_PICTURE, _COMPRESSOR = 78, (42, 32)
_SOUND = {0: 28, 1: 44, 2: 64}  # by QuickTime's version of the entry
_TEXT, _TIME_CODE = 38, 26
# What programs write there. Any other name may be somebody's.
_COMPRESSORS = re.compile(
    rb".?(?:(?:AVC|HEVC|VPC|AOM|DOVI|VVC) Coding|H\.?26[345]|AVC|HEVC|MPEG-4 Video|Photo - JPEG|"
    rb"Motion JPEG ?[AB]?|Sorenson (?:H263|Video 3)|"
    rb"Planar Y'CbCr 8-bit 4:2:0|"
    rb"Apple ProRes [0-9a-zA-Z() ]{1,20}|GoPro (?:AVC|HEVC|H\.26[45]) encoder|Lavc[0-9.]{0,12} "
    rb"[a-z0-9_-]{2,16})?\0*",
    re.DOTALL,
)
# The longest that a box of numbers is.
_NUMBERS = {
    b"pasp": 8, b"clap": 32, b"fiel": 2, b"gama": 4, b"btrt": 12, b"clli": 4, b"mdcv": 24,
    b"SmDm": 24, b"CoLL": 8, b"cclv": 24, b"amve": 8, b"st3d": 5, b"dvcC": 24, b"dvvC": 24,
    b"dvwC": 24, b"chrm": 1, b"dOps": 64, b"dac3": 3, b"dec3": 32, b"dac4": 64, b"damr": 9,
    b"d263": 7, b"pcmC": 6, b"srat": 8, b"enda": 2, b"frma": 4, b"SA3D": 32, b"chnl": 32,
    b"chan": 44, b"alac": 64, b"vpcC": 16, b"av1C": 256, b"jpgC": 256, b"prhd": 16, b"equi": 20,
    b"cbmp": 12, b"esds": 512, b"vvcC": 1024, b"samr": 12, b"mp4a": 12, b"\0\0\0\0": 0,
    b"lhvC": 4096, b"glbl": 512, b"ddts": 64,
}  # fmt: skip
_COLOURS = {b"nclx": 11, b"nclc": 10}
_INSIDE = (b"wave", b"sv3d", b"proj")
_SETTINGS = {
    b"avcC": "avc",
    b"hvcC": "hevc",
    b"hvcE": "hevc",
    b"av1C": "av1",
    b"esds": "esds",
    b"glbl": "mpeg",
    b"lhvC": "lhevc",
}


def blocks(file: IO[bytes], stsd: Box, handler: bytes) -> Iterator[Block]:
    for entry in boxes(file, stsd.start + 8, stsd.end):
        length = entry.end - entry.start
        if entry.name == b"tx3g":
            yield from _inside(file, entry, _TEXT)
        elif handler in (b"vide", b"auxv", b"pict"):
            yield from _picture(file, entry)
        elif handler == b"soun":
            version = int.from_bytes(read_exactly(file, entry.start + 8, 2)) if length >= 28 else 0
            is_quicktime = read_exactly(file, stsd.start, 1) == b"\0"
            yield from _inside(file, entry, _SOUND.get(version, 28) if is_quicktime else 28)
        elif handler == b"tmcd":
            yield from _inside(file, entry, _TIME_CODE)
        elif length > _FIELDS:
            yield Block("unknown", ((entry.start + _FIELDS, length - _FIELDS),))


def _picture(file: IO[bytes], entry: Box) -> Iterator[Block]:
    if entry.end - entry.start < _PICTURE:
        return
    data = read_exactly(file, entry.start, _PICTURE)
    at, length = _COMPRESSOR
    if not _COMPRESSORS.fullmatch(data[at : at + length]):
        yield Block("unknown", ((entry.start + at, length),))
    # a table of colours stands there
    if data[74:76] in (b"\0\1", b"\0\2", b"\0\4", b"\0\x08") and data[76:78] == b"\0\0":
        yield Block("uncleanable", (), keyword="a table of colours")
        return
    yield from _inside(file, entry, _PICTURE)


def _inside(file: IO[bytes], entry: Box, skip: int) -> Iterator[Block]:
    start = entry.start + skip
    try:
        inside = list(boxes(file, start, entry.end))
    except Unreadable:
        inside = []
    for box in inside:
        yield from _part(file, box)
    behind = inside[-1].end if inside else min(start, entry.end)
    if behind < entry.end:  # QuickTime ends with four zeros
        yield Block("unknown", ((behind, entry.end - behind),))


def _part(file: IO[bytes], box: Box) -> Iterator[Block]:
    length = box.end - box.start
    if box.name in _INSIDE:
        yield from _inside(file, box, 0) if _has_boxes(file, box) else [gone(box)]
    elif box.name == b"svhd":  # who stitched a panorama
        yield Block("unknown", ((box.start, length),))
    elif box.name == b"colr":
        own = _COLOURS.get(read_exactly(file, box.start, min(4, length)), 0)
        yield from _behind(box, own) if own else [gone(box)]
    elif box.name in _SETTINGS:
        yield from _settings(file, box)
    elif box.name == b"dfLa":
        yield from decoder_settings.blocks("flac", payload(file, box)[4:], box.start + 4)
    elif box.name in _NUMBERS:
        yield from _behind(box, _NUMBERS[box.name])
    else:
        yield gone(box)


def _settings(file: IO[bytes], box: Box) -> Iterator[Block]:
    data = payload(file, box)
    try:
        yield from list(decoder_settings.blocks(_SETTINGS[box.name], data, box.start))
        yield from _behind(box, _NUMBERS.get(box.name, len(data)))
    except Unreadable:  # of MPEG-4, they are none
        yield (
            gone(box)
            if box.name == b"esds"
            else Block("uncleanable", (), keyword="settings of a decoder that can't be followed")
        )


def _has_boxes(file: IO[bytes], box: Box) -> bool:
    try:
        return any(True for _ in boxes(file, box.start, box.end))
    except Unreadable:
        return False


def _behind(box: Box, own: int) -> Iterator[Block]:
    if box.end - box.start > own:
        yield Block("unknown", ((box.start + own, box.end - box.start - own),))
