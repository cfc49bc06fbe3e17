"""What a film says of itself beside its pictures and sound (ISO/IEC 14496-12, 8.10; QuickTime File Format, *User data*, *Metadata*).

Deny by default: a box, an item or a track that isn't known to be harmless is given as a block that goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from media.containers.block import Block, read_exactly, size_of
from media.containers.boxes import Box, boxes, payload, uuid_block
from media.containers.samples import sample_ranges
from media.errors import Unreadable

# Of a file: its kind, the film, and, in pieces, its index and where they are (ISO/IEC 14496-12, 6.2.3; segments: 8.16).
TOP = {b"ftyp", b"mdat", b"moov", b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"pdin", b"meta"}
# What playing needs, by the box around it.
_PARTS: dict[bytes, set[bytes]] = {
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods", b"cmov", b"rmra"},
    b"trak": {b"tkhd", b"edts", b"tref", b"mdia", b"tapt", b"load", b"txas", b"matt", b"clip"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"minf": {b"vmhd", b"smhd", b"hmhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"stsh", b"stsz", b"stz2", b"stsc", b"stco", b"co64", b"sdtp", b"sbgp", b"sgpd",
              b"subs", b"padb", b"saiz", b"saio"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"senc"},
}
_DATES = {b"mvhd", b"tkhd", b"mdhd"}
_HANDLER_NAME = 24  # bytes of a handler box before its name
# What cameras, phones and FFmpeg call it. Any other name may be somebody's.
_USUAL_NAMES = re.compile(
    rb"(?:(?:video|sound|audio|data|subtitle|text|time code|alias) ?(?:media )?(?:data )?handler|(?:apple|core media|gopro|mainconcept) [a-z ]{1,40}|"
    rb"(?:iso media|gpac|l-smash|lavf)[a-z0-9 ._/()-]{0,60})?", re.IGNORECASE)
# User data that names the work, its makers and its rights, and what it was made with: no place, no serial number, no picture.
_USER_DATA = {
    b"name", b"cprt", b"titl", b"dscp", b"perf", b"auth", b"gnre", b"yrrc", b"albm", b"rtng", b"clsf", b"kywd", b"hnti", b"hinf", b"chpl",
    b"tagc", b"hdlr",
}
_ITEMS = {
    "\xa9nam", "\xa9ART", "\xa9alb", "\xa9cmt", "\xa9day", "\xa9too", "\xa9swr", "\xa9mak", "\xa9mod", "\xa9des", "\xa9inf", "\xa9cpy", "\xa9gen",
    "\xa9wrt", "\xa9enc", "\xa9fmt", "\xa9key", "\xa9grp", "\xa9lyr", "\xa9TIM", "\xa9TSC", "\xa9TSZ", "aART", "desc", "ldes", "gnre", "cprt",
    "trkn", "disk", "tvsh", "tven", "tvsn", "tves", "stik", "hdvd", "pgap", "cpil", "rtng", "keyw", "catg", "tmpo", "pcst",
}
_KEYS = {"title", "displayname", "author", "artist", "album", "genre", "year", "description", "comment", "information", "copyright", "keywords",
         "creationdate", "make", "model", "software", "encoder", "encodedby", "producer", "director", "publisher", "rating.user", "collection.user",
         "camera.framereadouttimeinmicroseconds", "full-frame-rate-playback-intent", "live-photo.auto", "player.movie.audio.gain",
         "capture.fps", "manufacturer", "version", "major_brand", "minor_version", "compatible_brands"}
_VENDORS = ("com.apple.quicktime.", "com.android.")
SHOWN, TIME_CODES = {b"vide", b"soun", b"auxv", b"pict"}, {b"tmcd", b"hint", b"clcp"}
SUBTITLES = {b"sbtl", b"subt", b"text"}


def blocks(file: IO[bytes], moov: Box, base: int = 0) -> Iterator[Block]:
    """The blocks of a ``moov`` or ``moof`` box, whose film begins at ``base``: a motion photo's doesn't begin with the file."""
    parts = _PARTS.get(moov.name, set())
    for box in boxes(file, moov.start, moov.end):
        if box.name == b"udta":
            yield from _user_data(file, box)
        elif box.name == b"meta":
            yield from metadata(file, box)
        elif box.name == b"uuid":
            yield uuid_block(file, box)
        elif box.name in _DATES:
            yield _dates(file, box)
        elif box.name == b"hdlr":
            yield from _handler_name(file, box)
        elif box.name not in parts:  # so boxes nest as deep as a film's do, and no deeper
            yield Block("unknown", ((box.start, box.end - box.start),))
        elif box.name in _PARTS:
            yield from blocks(file, box, base)
        if box.name == b"trak":
            yield from _samples(file, box, base)


def has_data_tracks(file: IO[bytes], moov: Box) -> bool:
    """Whether there is a track that is neither seen nor heard, nor counts time."""
    return any(_handler(file, box) not in SHOWN | TIME_CODES for box in boxes(file, moov.start, moov.end) if box.name == b"trak")


def _handler_name(file: IO[bytes], hdlr: Box) -> Iterator[Block]:
    """What a program calls its part of a track: of a camera, perhaps its own name."""
    start = min(hdlr.start + _HANDLER_NAME, hdlr.end)
    name = read_exactly(file, start, min(hdlr.end - start, 100)).strip(b"\0")
    if not _USUAL_NAMES.fullmatch(name.lstrip(bytes(range(1, 32)))):  # QuickTime puts the length before it
        yield Block("unknown", ((start, hdlr.end - start),))


def _find(file: IO[bytes], box: Box, *path: bytes) -> Box | None:
    for name in path:
        inside = next((inner for inner in boxes(file, box.start, box.end) if inner.name == name), None)
        if inside is None:
            return None
        box = inside
    return box


def _handler(file: IO[bytes], trak: Box) -> bytes:
    """The type of a track: ``vide``, ``soun``, ``text`` ..."""
    hdlr = _find(file, trak, b"mdia", b"hdlr")
    return read_exactly(file, hdlr.start + 8, 4) if hdlr and hdlr.end - hdlr.start >= 12 else b""


def _samples(file: IO[bytes], trak: Box, base: int) -> Iterator[Block]:
    """The samples of a track of text or data: drones and cameras write there where they are."""
    kind = _handler(file, trak)
    if kind in SHOWN | TIME_CODES:
        return
    stbl = _find(file, trak, b"mdia", b"minf", b"stbl")
    try:
        ranges = sample_ranges(file, stbl, base) if stbl else ()
    except Unreadable:
        ranges = ((size_of(file), 1),)
    if any(offset + length > size_of(file) for offset, length in ranges):
        yield Block("uncleanable", (), keyword="a track of data")
    elif ranges:
        yield Block("subtitles" if kind in SUBTITLES else "unknown", ranges)


def _user_data(file: IO[bytes], udta: Box) -> Iterator[Block]:
    for box in boxes(file, udta.start, udta.end):
        if box.name == b"meta":
            yield from metadata(file, box)
        elif box.name == b"XMP_":
            yield Block("xmp", ((box.start, box.end - box.start),))
        else:
            name = box.name.decode("latin-1")
            yield _box_block(box, name if box.name in _USER_DATA or name in _ITEMS else "")


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
                yield _box_block(item, name if _is_harmless(name) else "")
        elif box.name not in (b"hdlr", b"keys"):
            yield Block("unknown", ((box.start, box.end - box.start),))


def _is_harmless(name: str) -> bool:
    vendor = next((vendor for vendor in _VENDORS if name.startswith(vendor)), "")
    return name in _ITEMS or name.removeprefix(vendor).lower() in _KEYS


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
    """A box with its type, so that it can be renamed ``free``. Without a keyword, it goes."""
    return Block("box", ((box.start - 4, box.end - box.start + 4),), keyword=keyword)


def _dates(file: IO[bytes], box: Box) -> Block:
    """When a film or a track was made and changed: two times behind version and flags."""
    size = 8 if read_exactly(file, box.start, 1)[0] == 0 else 16
    return Block("dates", ((box.start + 4, size),))
