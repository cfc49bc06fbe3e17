"""What a film says of itself beside its pictures and sound (ISO/IEC 14496-12, 8.10; QuickTime File
Format, *User data*, *Metadata*).

Deny by default: a box, an item or a track that isn't known to be harmless is given as a block that
goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from media.metadata.containers import descriptions, exact
from media.metadata.containers.block import Block, read_exactly
from media.metadata.containers.boxes import Box, boxes, gone, payload, uuid_block
from media.metadata.containers.tracks import track_handler

# Of a file: its kind, the film, and, in pieces, its index and where they are (ISO/IEC 14496-12,
# 6.2.3; segments: 8.16).
TOP = {b"ftyp", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"meta"}
# What playing needs, by the box around it.
_PARTS: dict[bytes, set[bytes]] = {
    b"moov": {b"mvhd", b"trak", b"mvex", b"cmov"},
    b"mvex": {b"mehd", b"trex"},
    b"trak": {b"tkhd", b"edts", b"tref", b"mdia", b"tapt"},
    b"edts": {b"elst"},
    b"tref": set(exact.REFERENCES),
    b"tapt": {b"clef", b"prof", b"enof"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"hmhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"},
    b"gmhd": {b"gmin"},
    b"dinf": {b"dref"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsz", b"stz2",
        b"stsc", b"stco", b"co64", b"sbgp", b"sgpd"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd"},
    b"mfra": {b"tfra", b"mfro"},
}  # fmt: skip
_DATES = {b"mvhd", b"tkhd", b"mdhd"}
_HANDLER_NAME = 24  # bytes of a handler box before its name
# What cameras, phones and FFmpeg call it. Any other name may be somebody's.
_USUAL_NAMES = re.compile(
    rb"(?:(?:video|sound|audio|data|subtitle|text|time code|alias) ?(?:media )?(?:data )?handler|"
    rb"(?:apple|core media|gopro|mainconcept) [a-z ]{1,40}|"
    rb"(?:iso media|gpac|l-smash|lavf)[a-z0-9 ._/()-]{0,60})?",
    re.IGNORECASE,
)
# User data that names the work, its makers and its rights, and what it was made with: no place, no
# serial number, no picture.
_USER_DATA = {
    b"cprt", b"titl", b"dscp", b"perf", b"gnre", b"yrrc", b"albm", b"rtng", b"clsf", b"kywd",
}  # fmt: skip
_ITEMS = {
    "\xa9nam", "\xa9ART", "\xa9alb", "\xa9cmt", "\xa9day", "\xa9too", "\xa9swr", "\xa9mak",
    "\xa9mod", "\xa9des", "\xa9inf", "\xa9cpy", "\xa9gen", "\xa9wrt", "\xa9enc", "\xa9fmt",
    "\xa9key", "\xa9grp", "\xa9lyr", "\xa9TIM", "\xa9TSC", "\xa9TSZ", "aART", "desc", "ldes",
    "gnre", "cprt", "trkn", "disk", "tvsh", "tven", "tvsn", "tves", "stik", "hdvd", "pgap", "cpil",
    "rtng", "keyw", "catg", "tmpo", "pcst",
}  # fmt: skip
_KEYS = {
    "title",
    "displayname",
    "author",
    "artist",
    "album",
    "genre",
    "year",
    "description",
    "comment",
    "information",
    "copyright",
    "keywords",
    "creationdate",
    "make",
    "model",
    "software",
    "encoder",
    "encodedby",
    "producer",
    "director",
    "publisher",
    "rating.user",
    "collection.user",
    "camera.framereadouttimeinmicroseconds",
    "full-frame-rate-playback-intent",
    "live-photo.auto",
    "player.movie.audio.gain",
    "capture.fps",
    "manufacturer",
    "version",
    "major_brand",
    "minor_version",
    "compatible_brands",
}
_VENDORS = ("com.apple.quicktime.", "com.android.")


def blocks(file: IO[bytes], parent: Box, handler: bytes = b"") -> Iterator[Block]:
    """The blocks of a ``moov``, ``moof`` or ``mfra`` box. ``handler`` is the type of the track that
    a box is part of.
    """
    for box in boxes(file, parent.start, parent.end):
        if box.name == b"udta":
            yield from _user_data(file, box)
        elif box.name == b"meta":
            yield from metadata(file, box)
        elif box.name == b"uuid":
            yield uuid_block(file, box)
        # so boxes nest as deep as a film's do, and no deeper
        elif box.name not in _PARTS[parent.name]:
            yield gone(box)
        elif box.name == b"hdlr":
            yield from handler_name(file, box)
        elif box.name == b"dref":
            yield from references(file, box)
        elif box.name == b"stsd":
            yield from descriptions.blocks(file, box, handler)
        elif box.name in _PARTS:
            yield from blocks(
                file, box, track_handler(file, box) if box.name == b"trak" else handler
            )
        else:
            yield from leaf(file, box, parent.name)


def leaf(file: IO[bytes], box: Box, parent: bytes = b"") -> Iterator[Block]:
    """What a box of numbers holds beside them."""
    if box.name in _DATES and box.end > box.start:
        yield _dates(file, box)
    own = exact.own_length(file, box, parent)
    if own == 0 and box.end > box.start:
        yield gone(box)
    elif own < box.end - box.start:
        yield Block("unknown", ((box.start + own, box.end - box.start - own),))


def references(file: IO[bytes], dref: Box) -> Iterator[Block]:
    """Where the media is: in this file, which takes four bytes. Anything more is the name of
    another file, or its owner's disk.
    """
    for box in boxes(file, dref.start + 8, dref.end):
        if box.end - box.start > 4:
            yield Block("unknown", ((box.start + 4, box.end - box.start - 4),))


def handler_name(file: IO[bytes], hdlr: Box) -> Iterator[Block]:
    """What a program calls its part of a track: of a camera, perhaps its own name."""
    start = min(hdlr.start + _HANDLER_NAME, hdlr.end)
    name = read_exactly(file, start, min(hdlr.end - start, 100)).strip(b"\0")
    # QuickTime puts the length before it
    if not _USUAL_NAMES.fullmatch(name.lstrip(bytes(range(1, 32)))):
        yield Block("unknown", ((start, hdlr.end - start),))


def _user_data(file: IO[bytes], udta: Box) -> Iterator[Block]:
    for box in boxes(file, udta.start, udta.end):
        if box.name == b"meta":
            yield from metadata(file, box)
        elif box.name == b"XMP_":
            yield Block("xmp", ((box.start, box.end - box.start),))
        else:
            name = box.name.decode("latin-1")
            yield _named(box, name) if box.name in _USER_DATA or name in _ITEMS else gone(box)


def metadata(file: IO[bytes], meta: Box) -> Iterator[Block]:
    """The items of a metadata box; QuickTime's has no version before its first box, ISO's has."""
    plain = read_exactly(file, meta.start, min(8, meta.end - meta.start))[4:] == b"hdlr"
    inside = list(boxes(file, meta.start + (0 if plain else 4), meta.end))
    keys = next((_keys(file, box) for box in inside if box.name == b"keys"), [])
    for box in inside:
        if box.name == b"ilst":
            for item in boxes(file, box.start, box.end):
                index = int.from_bytes(item.name)
                name = keys[index - 1] if 0 < index <= len(keys) else item.name.decode("latin-1")
                yield _named(item, name) if _is_harmless(name) else gone(item)
        elif box.name == b"hdlr":
            yield from handler_name(file, box)
        elif box.name != b"keys":
            yield gone(box)


def _is_harmless(name: str) -> bool:
    vendor = next((vendor for vendor in _VENDORS if name.startswith(vendor)), "")
    return name in _ITEMS or name.removeprefix(vendor).lower() in _KEYS


def _keys(file: IO[bytes], box: Box) -> list[str]:
    """The names that items refer to by number, such as ``com.apple.quicktime.location.ISO6709``."""
    data, at, names = payload(file, box), 8, []
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if size < 8:
            break
        names.append(data[at + 8 : at + size].decode("utf-8", "replace"))
        at += size
    return names


def _named(box: Box, keyword: str) -> Block:
    """An item that stays, unless all goes."""
    return replace(gone(box), keyword=keyword)


def _dates(file: IO[bytes], box: Box) -> Block:
    """When a film or a track was made and changed: two times behind version and flags."""
    size = 8 if read_exactly(file, box.start, 1)[0] == 0 else 16
    return Block("dates", ((box.start + 4, size),))
