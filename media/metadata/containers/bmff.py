"""ISO base media: AVIF, HEIF, MP4, MOV. Boxes, and the items that a ``meta`` box points to (ISO/IEC 14496-12, section 8.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import coded, decoder_settings, movie
from media.metadata.containers.block import Block, read_exactly, size_of
from media.metadata.containers.boxes import Box, boxes, gone, payload, uuid_block
from media.metadata.containers.film import film_blocks
from media.metadata.containers.ranges import blanked
from media.metadata.containers.ration import MOST_BLOCKS, Few
from media.metadata.containers.samples import Range
from media.metadata.containers.tracks import Film, sample_blocks

# What a picture is made of (ISO/IEC 23008-12; AVIF 1.1): coded pictures, and how they are put together.
_PICTURES = {b"hvc1", b"hev1", b"av01", b"avc1", b"lhv1", b"vvc1", b"unci", b"grid", b"iden", b"iovl", b"tmap", b"sato"}
_ITEM_BOXES = {b"hdlr", b"pitm", b"iinf", b"iref", b"iprp", b"idat", b"iloc", b"dinf", b"grpl", b"ipro"}
_PROPERTIES = {
    b"hvcC", b"av1C", b"avcC", b"jpgC", b"lhvC", b"oinf", b"tols", b"vvcC", b"cmpd", b"uncC", b"ispe", b"pixi", b"colr", b"irot", b"imir", b"pasp",
    b"clap", b"auxC", b"clli", b"mdcv", b"cclv", b"amve", b"ndwt", b"reve", b"a1op", b"a1lx", b"lsel", b"rloc", b"rref",
}
_SETTINGS = {b"hvcC": "hevc", b"avcC": "avc", b"av1C": "av1"}
_CODED = {b"jpeg": "jpeg", b"av01": "av1", b"avc1": "avc", b"hvc1": "hevc", b"hev1": "hevc"}
_ITEM_NAMES = re.compile(rb"Color|Alpha|Exif|XMP|Image|HEVC Image|HVC1 Image|Derived image|Thumbnail|GMap|Gain ?[Mm]ap")
# Properties of numbers: the longest that each is.
_NUMBERS = {b"ispe": 12, b"irot": 1, b"imir": 1, b"pasp": 8, b"clap": 32, b"clli": 4, b"mdcv": 24, b"cclv": 24, b"amve": 8, b"pixi": 16,
            b"a1op": 1, b"lsel": 2, b"reve": 24, b"ndwt": 8}
_AUXILIARY = re.compile(rb"urn:(?:mpeg|com:apple:photo):[A-Za-z0-9:]{1,60}")
_FILM = b"mpvd"  # of a motion photo


def blocks(file: IO[bytes]) -> list[Block]:
    found: list[Block] = Few(MOST_BLOCKS)
    film, used = Film(), list[Range]()
    for box in boxes(file, 0, size_of(file)):
        film.add(box)
        if box.name == b"meta":
            found += _metadata_items(file, box, used)
        elif box.name in (b"moov", b"moof", b"mfra"):
            found += movie.blocks(file, box)
        elif box.name == b"uuid":
            found.append(uuid_block(file, box))
        elif box.name == _FILM:
            inside, end = film_blocks(file, box.start, box.end)
            found += [*inside, Block("unknown", ((end, box.end - end),))]
        elif box.name == b"sidx":
            found += movie.leaf(file, box)
        elif box.name not in movie.TOP:
            found.append(gone(box))
    return [*found, *sample_blocks(file, film, used)]


def _metadata_items(file: IO[bytes], meta: Box, used: list[Range]) -> Iterator[Block]:
    """The blocks of a ``meta`` box; the bytes of all its items are added to ``used``."""
    all_inside = list(boxes(file, meta.start + 4, meta.end))
    yield from (gone(box) for box in all_inside if box.name not in _ITEM_BOXES)
    inside = {box.name: box for box in all_inside}
    if b"hdlr" in inside:
        yield from movie.handler_name(file, inside[b"hdlr"])
    if b"iprp" in inside:
        yield from _properties(file, inside[b"iprp"])
    if b"dinf" in inside:
        yield from _elsewhere(file, inside[b"dinf"])
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    kinds = dict(_item_kinds(file, inside[b"iinf"]))
    yield from _item_names(file, inside[b"iinf"])
    widths = _widths(file, inside[b"iprp"]) if b"iprp" in inside else set()
    idat = inside[b"idat"].start if b"idat" in inside else 0
    locations = list(_item_locations(payload(file, inside[b"iloc"]), idat))
    if b"idat" in inside:
        yield from _gaps(inside[b"idat"], sorted(place for _, ranges in locations for place in ranges), size_of(file))
    for item, ranges in locations:
        used += [(offset, length or size_of(file) - offset) for offset, length in ranges]  # no length: all of the file
        if kinds.get(item) in coded.ITEMS:
            yield from _picture_item(file, kinds[item], ranges, widths)
        elif item in kinds and ranges:
            yield _item_block(file, kinds[item], ranges)


def _gaps(idat: Box, used: list[Range], size: int) -> Iterator[Block]:
    """What no item refers to."""
    at, gaps = idat.start, list[Range]()
    for offset, length in used:
        if offset < idat.end and offset + length > at:
            gaps += [(at, offset - at)] if offset > at else []
            at = offset + length
    yield from blanked([*gaps, (at, idat.end - at)], size)


def _elsewhere(file: IO[bytes], dinf: Box) -> Iterator[Block]:
    """Where items lie: in the file itself (ISO/IEC 14496-12, 8.7.2); any address is somebody's."""
    for dref in boxes(file, dinf.start, dinf.end):
        for entry in boxes(file, dref.start + 8, dref.end) if dref.name == b"dref" else ():
            if entry.end > entry.start + 4:
                yield Block("unknown", ((entry.start + 4, entry.end - entry.start - 4),))


def _picture_item(file: IO[bytes], kind: str, ranges: tuple[Range, ...], widths: set[int]) -> Iterator[Block]:
    try:
        yield from coded.item_blocks(file, kind, ranges, widths, size_of(file))
    except Unreadable:
        yield Block("uncleanable", (), keyword="a picture that can't be followed")


def _item_names(file: IO[bytes], iinf: Box) -> Iterator[Block]:
    """What programs call items; any other name may be somebody's."""
    for box, entry, wide in _entries(file, iinf):
        at = 10 + wide
        name = entry[at:].partition(b"\0")[0]
        if name and not _ITEM_NAMES.fullmatch(name):
            yield Block("filler", ((box.start + at, len(name)),))


def _widths(file: IO[bytes], iprp: Box) -> set[int]:
    """How many bytes give the length of a unit of H.264 or H.265, for all pictures."""
    found = set()
    for container in boxes(file, iprp.start, iprp.end):
        for box in boxes(file, container.start, container.end) if container.name == b"ipco" else ():
            if box.name in (b"hvcC", b"avcC"):
                found.add(1 + (read_exactly(file, box.start + (21 if box.name == b"hvcC" else 4), 1)[0] & 3))
    return found


def _properties(file: IO[bytes], iprp: Box) -> Iterator[Block]:
    for container in boxes(file, iprp.start, iprp.end):
        if container.name == b"ipco":
            for box in boxes(file, container.start, container.end):
                if box.name not in _PROPERTIES:
                    yield Block("unknown", ((box.start, box.end - box.start),))
                elif box.name == b"colr":
                    yield from _colour(file, box)
                elif box.name in _SETTINGS:
                    yield from decoder_settings.blocks(_SETTINGS[box.name], payload(file, box), box.start)
                elif box.name == b"auxC":
                    yield from _auxiliary(file, box)
                elif box.end - box.start > _NUMBERS.get(box.name, box.end - box.start):
                    yield Block("unknown", ((box.start + _NUMBERS[box.name], box.end - box.start - _NUMBERS[box.name]),))


def _auxiliary(file: IO[bytes], box: Box) -> Iterator[Block]:
    """What a picture is for (ISO/IEC 23008-12, 6.5.8): a name of a standard, and behind it what nothing needs."""
    name = payload(file, box)[4:].partition(b"\0")[0]
    at = box.start + 4 + (len(name) if _AUXILIARY.fullmatch(name) else 0)
    if at < box.end:
        yield Block("unknown", ((at, box.end - at),))


def _colour(file: IO[bytes], box: Box) -> Iterator[Block]:
    """A profile, or numbers and a flag (ISO/IEC 14496-12, 12.1.5)."""
    kind, start = read_exactly(file, box.start, min(4, box.end - box.start)), box.start + 4
    if kind in (b"prof", b"rICC"):
        yield Block("icc", ((start, box.end - start),))
    elif box.end > start + 7 or kind != b"nclx":
        start += 7 if kind == b"nclx" else 0
        yield Block("unknown", ((start, max(0, box.end - start)),))


def _item_block(file: IO[bytes], kind: str, ranges: tuple[tuple[int, int], ...]) -> Block:
    if kind == "exif" and ranges and ranges[0][1] > 4:
        # ExifDataBlock: a 32-bit offset to the TIFF header stands before the payload (ISO/IEC 23008-12, A.2.1)
        skip = 4 + int.from_bytes(read_exactly(file, ranges[0][0], 4))
        if skip < ranges[0][1]:
            ranges = ((ranges[0][0] + skip, ranges[0][1] - skip), *ranges[1:])
    return Block(kind, ranges)  # type: ignore[arg-type]


def _entries(file: IO[bytes], iinf: Box) -> Iterator[tuple[Box, bytes, int]]:
    """Each ``infe`` box that names a type, its payload, and how many bytes an item's id has there."""
    version = read_exactly(file, iinf.start, 1)[0]
    for box in boxes(file, iinf.start + (6 if version == 0 else 8), iinf.end):
        entry = payload(file, box)
        if box.name == b"infe" and len(entry) >= 12 and entry[0] >= 2:
            yield box, entry, 4 if entry[0] >= 3 else 2


def _item_kinds(file: IO[bytes], iinf: Box) -> Iterator[tuple[int, str]]:
    for _, entry, wide in _entries(file, iinf):
        item, kind = int.from_bytes(entry[4:4 + wide]), entry[6 + wide:10 + wide]
        if kind == b"Exif":
            yield item, "exif"
        elif kind == b"mime" and b"rdf+xml" in entry:
            yield item, "xmp"
        elif kind in _CODED:
            yield item, _CODED[kind]
        elif kind not in _PICTURES:
            yield item, "unknown"


def _item_locations(iloc: bytes, idat: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """(item id, its ranges in the file). Items built from other items (construction method 2) are left out."""
    reader = _Reader(iloc)
    version = reader.take(1)
    reader.take(3)
    sizes = reader.take(2)
    offset_size, length_size = sizes >> 12, sizes >> 8 & 15
    base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
    for _ in range(reader.take(2 if version < 2 else 4)):
        item = reader.take(2 if version < 2 else 4)
        method = reader.take(2) & 15 if version in (1, 2) else 0
        reader.take(2)
        base = reader.take(base_size)
        ranges = []
        for _ in range(reader.take(2)):
            reader.take(index_size)
            offset, length = reader.take(offset_size), reader.take(length_size)
            ranges.append((base + offset + (idat if method == 1 else 0), length))
        if method < 2:
            yield item, tuple(ranges)


class _Reader:
    """Big-endian numbers, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, size: int) -> int:
        if self.position + size > len(self.data):
            raise Unreadable()
        self.position += size
        return int.from_bytes(self.data[self.position - size:self.position])
