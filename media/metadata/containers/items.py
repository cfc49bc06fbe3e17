"""The items that a ``meta`` box of HEIF or AVIF lists (ISO/IEC 14496-12, 8.11): pictures, and what
is said of them.

Deny by default: of each box stay the bytes that its format defines, of the items those that
pictures are made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO

from media.errors import Unreadable
from media.metadata.containers import coded, movie, properties
from media.metadata.containers.block import Block, read_exactly, size_of
from media.metadata.containers.boxes import Box, boxes, gone, payload
from media.metadata.containers.properties import behind
from media.metadata.containers.samples import Range
from media.metadata.containers.tracks import Film

_BOXES = {b"hdlr", b"pitm", b"iinf", b"iref", b"iprp", b"idat", b"iloc", b"dinf", b"grpl"}
_CODED = {
    b"jpeg": "jpeg",
    b"av01": "av1",
    b"avc1": "avc",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"lhv1": "hevc",
}
# Pictures made of others, and how many bytes say how; `grid` says its own.
_PUT_TOGETHER = {b"grid": 12, b"iden": 0, b"iovl": 256, b"tmap": 256, b"sato": 256}
_PLAIN = {b"unci"}  # pixels as they are
_NAMES = re.compile(
    rb"(?:Color|Alpha|Exif|XMP|Image|HEVC Image|HVC1 Image|Derived image|Thumbnail|GMap|Gain "
    rb"?[Mm]ap)?"
)
_TYPES = re.compile(rb"[a-z]{1,20}/[a-z0-9.+-]{1,40}|(?:gzip|deflate|compress|identity)?")


def blocks(file: IO[bytes], meta: Box, used: list[Range], film: Film) -> Iterator[Block]:
    """The blocks of a ``meta`` box. The bytes of all its items are added to ``used``, and those
    that may be to ``film``.
    """
    children = list(boxes(file, meta.start + 4, meta.end))
    yield from (gone(box) for box in children if box.name not in _BOXES)
    known = [box for box in children if box.name in _BOXES]
    inside = {box.name: box for box in known}
    if len(inside) < len(known):  # readers differ in which of two they take
        yield _unclean()
    for box in inside.values():
        yield from _PARTS[box.name](file, box) if box.name in _PARTS else ()
    if b"idat" in inside:
        film.mdat.append(inside[b"idat"])
    if b"iloc" in inside:
        yield from _content(file, inside, used)


def _unclean() -> Block:
    return Block("uncleanable", (), keyword="a picture that can't be followed")


def _content(file: IO[bytes], inside: dict[bytes, Box], used: list[Range]) -> Iterator[Block]:
    kinds = (
        {item: (kind, entry) for item, kind, entry in _entries(file, inside[b"iinf"])}
        if b"iinf" in inside
        else {}
    )
    widths = properties.widths(file, inside[b"iprp"]) if b"iprp" in inside else set()
    iloc = _Reader(payload(file, inside[b"iloc"]))
    for item, method, places in iloc.items():
        space = inside.get(b"idat") if method == 1 else Box(b"", 0, size_of(file), 0)
        if space is None or method > 1:  # parts of other items, which nobody writes
            yield _unclean()
            continue
        # no length: all
        ranges = tuple(
            (space.start + offset, length or space.end - space.start - offset)
            for offset, length in places
        )
        used += ranges
        yield from _item(file, *kinds.get(item, (b"", b"")), ranges, widths)
    yield from behind(inside[b"iloc"], iloc.position)


def _item(
    file: IO[bytes], kind: bytes, entry: bytes, ranges: tuple[Range, ...], widths: set[int]
) -> Iterator[Block]:
    if kind in _CODED:
        try:
            yield from coded.item_blocks(file, _CODED[kind], ranges, widths, size_of(file))
        except Unreadable:
            yield _unclean()
    elif kind in _PUT_TOGETHER:
        yield from _put_together(file, kind, ranges)
    elif kind == b"Exif" and ranges:
        yield Block("exif", _without_offset(file, ranges))
    elif kind not in _PLAIN and ranges:
        yield Block("xmp" if kind == b"mime" and b"rdf+xml" in entry else "unknown", ranges)


def _put_together(file: IO[bytes], kind: bytes, ranges: tuple[Range, ...]) -> Iterator[Block]:
    if len(ranges) > 1:
        yield _unclean()
    for offset, length in ranges:
        own = _PUT_TOGETHER[kind]
        # sizes of two bytes (ISO/IEC 23008-12, 6.6.2.3)
        if kind == b"grid" and not read_exactly(file, offset, min(2, length))[1:].strip(b"\xfe\0"):
            own = 8
        if length > own:
            yield Block("unknown", ((offset + own, length - own),))


def _without_offset(file: IO[bytes], ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """ExifDataBlock: a 32-bit offset to the TIFF header stands before the payload (ISO/IEC
    23008-12, A.2.1).
    """
    offset, length = ranges[0]
    skip = 4 + int.from_bytes(read_exactly(file, offset, 4)) if length > 4 else length
    return ((offset + skip, length - skip), *ranges[1:]) if skip < length else ranges


def _entries(file: IO[bytes], iinf: Box) -> Iterator[tuple[int, bytes, bytes]]:
    """(id, type, the whole entry) of each item that has a type; of one without, nothing is
    known.
    """
    for box in _infe(file, iinf):
        entry = payload(file, box)
        if box.name == b"infe" and len(entry) >= 12 and entry[0] >= 2:
            wide = 4 if entry[0] >= 3 else 2
            yield int.from_bytes(entry[4 : 4 + wide]), entry[6 + wide : 10 + wide], entry


def _infe(file: IO[bytes], iinf: Box) -> Iterator[Box]:
    return boxes(
        file, iinf.start + (6 if read_exactly(file, iinf.start, 1) == b"\0" else 8), iinf.end
    )


def _names(file: IO[bytes], iinf: Box) -> Iterator[Block]:
    """What programs call items; any other name may be somebody's. Behind it stand the type and the
    encoding of a text, or an address.
    """
    inside = list(_infe(file, iinf))
    for box in inside:
        if box.name != b"infe":
            yield gone(box)
            continue
        entry = payload(file, box)
        at = {2: 12, 3: 14}.get(entry[0], 8) if entry else 0
        texts = {b"mime": 3, b"uri ": 2}.get(entry[at - 4 : at], 1) if at > 8 else 3
        for number in range(texts):
            text = entry[at:].partition(b"\0")[0]
            if not (_TYPES if number else _NAMES).fullmatch(text):
                yield Block("filler", ((box.start + at, len(text)),))
            at += len(text) + 1
        yield from behind(box, at)
    end = inside[-1].end if inside else iinf.end
    yield from behind(iinf, end - iinf.start)


def _references(file: IO[bytes], iref: Box) -> Iterator[Block]:
    """From one item to others (8.11.12)."""
    wide = 2 if read_exactly(file, iref.start, 1) == b"\0" else 4
    for box in boxes(file, iref.start + 4, iref.end):
        yield from behind(
            box, wide + 2 + wide * int.from_bytes(read_exactly(file, box.start, wide + 2)[wide:])
        )


def _groups(file: IO[bytes], grpl: Box) -> Iterator[Block]:
    """Items that belong together (8.18.3.1)."""
    for box in boxes(file, grpl.start, grpl.end):
        yield from behind(box, 12 + 4 * int.from_bytes(read_exactly(file, box.start, 12)[8:]))


def _primary(file: IO[bytes], pitm: Box) -> Iterator[Block]:
    yield from behind(pitm, 6 if read_exactly(file, pitm.start, 1) == b"\0" else 8)


def _elsewhere(file: IO[bytes], dinf: Box) -> Iterator[Block]:
    for box in boxes(file, dinf.start, dinf.end):
        yield from movie.references(file, box) if box.name == b"dref" else [gone(box)]


_PARTS: dict[bytes, Callable[[IO[bytes], Box], Iterator[Block]]] = {
    b"hdlr": movie.handler_name,
    b"iprp": properties.blocks,
    b"dinf": _elsewhere,
    b"iinf": _names,
    b"iref": _references,
    b"grpl": _groups,
    b"pitm": _primary,
}


class _Reader:
    """Big-endian numbers, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, size: int) -> int:
        if self.position + size > len(self.data):
            raise Unreadable()
        self.position += size
        return int.from_bytes(self.data[self.position - size : self.position])

    def items(self) -> Iterator[tuple[int, int, list[Range]]]:
        """(id, how it is put together, its places) of each item of an ``iloc`` box (8.11.3)."""
        version, _, sizes = self.take(1), self.take(3), self.take(2)
        offset_size, length_size = sizes >> 12, sizes >> 8 & 15
        base_size, index_size = sizes >> 4 & 15, sizes & 15 if version in (1, 2) else 0
        for _ in range(self.take(2 if version < 2 else 4)):
            item = self.take(2 if version < 2 else 4)
            method = self.take(2) & 15 if version in (1, 2) else 0
            self.take(2)
            base, places = self.take(base_size), []
            for _ in range(self.take(2)):
                self.take(index_size)
                offset, length = self.take(offset_size), self.take(length_size)
                places.append((base + offset, length))
            yield item, method, places
