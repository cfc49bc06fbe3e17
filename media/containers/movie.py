"""The ``moov`` box of MP4 and MOV: what a film says of itself (ISO/IEC 14496-12, 8.10; QuickTime File Format, *User data*, *Metadata*)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from media.containers.block import Block, read_exactly
from media.containers.boxes import Box, boxes, payload, uuid_block

# User data that names the work, its makers and its rights, never a place. A maker's own boxes are not among them.
HARMLESS = {b"name", b"cprt", b"titl", b"dscp", b"perf", b"auth", b"gnre", b"yrrc", b"albm", b"rtng", b"clsf", b"kywd", b"hnti", b"hinf",
            b"chpl", b"tagc", b"hdlr"}
PLACES = {b"\xa9xyz", b"loci"}
# Of a file: its kind, the film, and, in pieces, its index and where they are (ISO/IEC 14496-12, 6.2.3; segments: 8.16).
TOP = {b"ftyp", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"pdin", b"wide", b"meta"}
_TRACK_PARTS = {b"trak", b"mdia", b"minf", b"edts"}
_DATES = {b"mvhd", b"tkhd", b"mdhd"}


def blocks(file: IO[bytes], moov: Box) -> Iterator[Block]:
    for box in boxes(file, moov.start, moov.end):
        if box.name == b"udta":
            yield from _user_data(file, box)
        elif box.name == b"meta":
            yield from _metadata(file, box)
        elif box.name == b"uuid":
            yield uuid_block(file, box)
        elif box.name in _TRACK_PARTS:
            yield from blocks(file, box)
        if box.name in _DATES:
            yield _dates(file, box)


def _user_data(file: IO[bytes], udta: Box) -> Iterator[Block]:
    for box in boxes(file, udta.start, udta.end):
        if box.name == b"meta":
            yield from _metadata(file, box)
        elif box.name == b"XMP_":
            yield Block("xmp", ((box.start, box.end - box.start),))
        else:
            harmless = box.name in HARMLESS or (box.name[:1] == b"\xa9" and box.name not in PLACES)
            yield _box_block(box, box.name.decode("latin-1") if harmless else "location")


def _metadata(file: IO[bytes], meta: Box) -> Iterator[Block]:
    """The items of a metadata box; QuickTime's has no version before its first box, ISO's has."""
    plain = read_exactly(file, meta.start, min(8, meta.end - meta.start))[4:] == b"hdlr"
    inside = {box.name: box for box in boxes(file, meta.start + (0 if plain else 4), meta.end)}
    keys = _keys(file, inside[b"keys"]) if b"keys" in inside else []
    if b"ilst" in inside:
        for item in boxes(file, inside[b"ilst"].start, inside[b"ilst"].end):
            index = int.from_bytes(item.name)
            yield _box_block(item, keys[index - 1] if 0 < index <= len(keys) else _item_name(item))


def _item_name(item: Box) -> str:
    return "location" if item.name in PLACES else item.name.decode("latin-1")


def _keys(file: IO[bytes], box: Box) -> list[str]:
    """The names that items refer to by number, such as ``com.apple.quicktime.location.ISO6709``."""
    data, at, names = payload(file, box), 8, []
    while at + 8 <= len(data):
        size = int.from_bytes(data[at:at + 4])
        if size < 8:
            break
        names.append(data[at + 8:at + size].decode("utf-8", "replace"))
        at += size
    return names


def _box_block(box: Box, keyword: str) -> Block:
    """A box with its type, so that it can be renamed ``free``."""
    return Block("box", ((box.start - 4, box.end - box.start + 4),), keyword=keyword)


def _dates(file: IO[bytes], box: Box) -> Block:
    """When a film or a track was made and changed: two times behind version and flags."""
    size = 8 if read_exactly(file, box.start, 1)[0] == 0 else 16
    return Block("dates", ((box.start + 4, size),))
