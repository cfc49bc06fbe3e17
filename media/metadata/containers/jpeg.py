"""JPEG: marker segments (ITU-T T.81, annex B), and further JPEGs behind the first (CIPA DC-007,
multi-picture).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import (
    DAMAGE,
    MAX_METADATA_BYTES,
    Block,
    read_exactly,
    size_of,
    trailer,
)
from media.metadata.containers.film import film_blocks
from media.metadata.containers.ration import MOST_BLOCKS, Few

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
FILM = "film"  # the keyword of a trailer that is one
EXIF = b"Exif\0\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
XMP_EXTENSION_HEADER = len(XMP_EXTENSION) + 32 + 4 + 4  # namespace, GUID, full length, offset
PHOTOSHOP = b"Photoshop 3.0\0"

# Of these, what stands behind so many bytes is a thumbnail, or nothing that belongs there.
FIXED = {0xE0: (b"JFIF\0", 14), 0xEE: (b"Adobe", 12)}
INDEX = b"MPF\0"
PROFILE = b"ICC_PROFILE\0"
PROFILE_HEADER = len(PROFILE) + 2  # number and count of the segments
GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"
# What decoders need: frames, Huffman and arithmetic tables, scans, quantization, restarts. They
# refuse bytes that don't belong in one.
_DECODED = {*range(0xC0, 0xD0), SOS, 0xDB, 0xDD} - {0xC8}

_END_OR_SEGMENT = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_STEP = 1 << 20
_MAX_SEGMENTS = 10_000  # of a picture; a sane one has some tens; extended XMP and ICC some hundreds
_MAX_PICTURES = 64
_MAX_JUNK = 4096  # bytes between two header segments
_MAX_FILLING = 64 * 1024  # fill bytes and junk of a picture; Pillow goes over them one by one


def blocks(file: IO[bytes]) -> list[Block]:
    result: list[Block] = Few(MOST_BLOCKS)
    offset = _walk(file, 0, result)
    for _ in range(_MAX_PICTURES):
        start = _skip_padding(file, offset)
        if file.read(3) != b"\xff\xd8\xff":
            break
        inner: list[Block] = []
        try:
            offset = _walk(file, start, inner)
        except Unreadable:  # it only looks like another picture
            break
        # it is not the picture that is shown
        result += [
            replace(block, keyword="") if block.keyword == DAMAGE else block for block in inner
        ]
    return result + _behind(file, offset)


def head(file: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """(marker, offset of the payload, its length) of each segment before the first scan."""
    offset = 2
    for _ in range(_MAX_SEGMENTS):
        offset += _junk(file, offset)
        offset += _fill(file, offset)
        marker, start, length = _segment(file, offset)
        if marker in (SOS, EOI):
            return
        yield marker, start, length
        offset = start + length
    raise Unreadable()


def _behind(file: IO[bytes], offset: int) -> list[Block]:
    """What follows the last picture. A motion photo's film stays, without what it tells; all around
    it goes.
    """
    behind = trailer(file, offset)
    file.seek(offset)
    start = offset + file.read(_STEP).find(b"ftyp") - 4
    if not behind or start < offset:
        return behind
    film, end = film_blocks(file, start, size_of(file))
    if end == start:
        return behind
    around = [
        Block("trailer", ((at, stop - at),))
        for at, stop in ((offset, start), (end, size_of(file)))
        if stop > at
    ]
    return [*around, *film, Block("trailer", ((start, end - start),), keyword=FILM)]


def _walk(file: IO[bytes], offset: int, result: list[Block]) -> int:
    """Add the blocks of the JPEG at ``offset`` to ``result``; the offset behind its end."""
    size = size_of(file)
    inside: list[Block] = Few(MOST_BLOCKS)
    extended: list[tuple[int, int]] = []
    profile: list[tuple[int, tuple[int, int]]] = []
    metadata = filling = 0
    offset += 2
    for _ in range(_MAX_SEGMENTS):
        if junk := _junk(file, offset):  # decoders go on to the next marker
            inside.append(Block("unknown", ((offset, junk),), keyword=DAMAGE))
            offset += junk
        fill = _fill(file, offset)
        filling += junk + fill
        if filling > _MAX_FILLING:
            raise Unreadable()
        offset += fill
        marker, start, length = _segment(file, offset)
        if marker == EOI:
            break
        if marker not in _DECODED:
            metadata += length
            head = read_exactly(file, start, min(length, 64))
            if head.startswith(XMP_EXTENSION):
                extended.append(
                    (start + XMP_EXTENSION_HEADER, max(0, length - XMP_EXTENSION_HEADER))
                )
                # an MD5 of all of it
                inside.append(
                    Block(
                        "unknown",
                        ((start + len(XMP_EXTENSION), min(32, length - len(XMP_EXTENSION))),),
                    )
                )
            elif marker == 0xE2 and head.startswith(PROFILE) and length >= PROFILE_HEADER:
                profile.append(
                    (head[len(PROFILE)], (start + PROFILE_HEADER, length - PROFILE_HEADER))
                )
            elif block := _block(marker, head, start, length):
                inside.append(block)
        if metadata > MAX_METADATA_BYTES:
            raise Unreadable()
        offset = start + length
        if marker == SOS:
            offset = _end_of_scan(file, offset)
            if offset >= size:
                inside.append(Block("unknown", ((size, 0),), keyword=DAMAGE))  # no end marker
                break
    else:
        raise Unreadable()
    if extended:
        inside.append(Block("xmp", tuple(extended)))
    if profile:
        inside.append(Block("icc", tuple(part for _, part in sorted(profile))))
    result += inside
    return offset + 2


def _junk(file: IO[bytes], offset: int) -> int:
    """How many bytes stand before the next marker. Raises Unreadable for more than a damaged header
    has.
    """
    file.seek(offset)
    data = file.read(_MAX_JUNK)
    junk = data.find(b"\xff")
    if junk < 0:
        raise Unreadable()
    return junk


def _fill(file: IO[bytes], offset: int) -> int:
    """How many fill bytes stand before the marker at ``offset`` (B.1.1.2). Looks some KB far, and
    then as far as no picture has any.
    """
    for step in (16, _MAX_FILLING + 2):
        file.seek(offset)
        data = file.read(step)
        if (fill := len(data) - len(data.lstrip(b"\xff")) - 1) < len(data) - 1:
            break
    return max(0, fill)


def _segment(file: IO[bytes], offset: int) -> tuple[int, int, int]:
    """(marker, offset of the payload, its length) of the segment at ``offset``."""
    marker = read_exactly(file, offset, 2)
    if marker[0] != 0xFF:
        raise Unreadable()
    if marker[1] == EOI:
        return EOI, offset + 2, 0
    length = int.from_bytes(read_exactly(file, offset + 2, 2))
    if length < 2:
        raise Unreadable()
    return marker[1], offset + 4, length - 2


def _block(marker: int, head: bytes, start: int, length: int) -> Block | None:
    for kind, magic in (("exif", EXIF), ("xmp", XMP)):
        if marker == 0xE1 and head.startswith(magic):
            return Block(kind, ((start + len(magic), length - len(magic)),))  # type: ignore[arg-type]
    if marker == 0xED and head.startswith(PHOTOSHOP):
        return Block("photoshop", ((start + len(PHOTOSHOP), length - len(PHOTOSHOP)),))
    if marker == 0xFE:
        return Block("comment", ((start, length),))
    if marker == 0xE2 and head.startswith(INDEX):
        return Block("index", ((start + len(INDEX), length - len(INDEX)),))
    magic, fixed = FIXED.get(marker, (b"", 0))
    if marker == 0xE2 and head.startswith(GAIN_MAP):
        magic, fixed = (
            GAIN_MAP,
            len(GAIN_MAP) + _gain_map(head[len(GAIN_MAP) :], length - len(GAIN_MAP)),
        )
    if magic and head.startswith(magic) and length <= fixed:
        return None
    if magic and head.startswith(magic):
        return Block("unknown", ((start + fixed, length - fixed),))
    return Block("unknown", ((start, length),))


def _gain_map(head: bytes, length: int) -> int:
    """How many bytes its metadata has (ISO 21496-1, annex C): versions alone, or those and
    fractions for one channel or three.
    """
    if length <= 4 or len(head) < 5:
        return 4
    return 4 + 1 + 16 + 40 * (3 if head[4] & 0x80 else 1)


def _end_of_scan(file: IO[bytes], offset: int) -> int:
    """The offset of the first marker behind the entropy-coded data at ``offset`` that is no
    restart; else the file's end.

    Some cameras leave the end marker out. Whether pixels are missing too, the decoder tells.
    """
    while True:
        file.seek(offset)
        data = file.read(_STEP)
        if match := _END_OR_SEGMENT.search(data):
            return offset + match.start()
        if len(data) < _STEP:
            return offset + len(data)
        offset += len(data) - 1  # a marker may straddle the step


def _skip_padding(file: IO[bytes], offset: int) -> int:
    """The offset of the first byte that is not zero, looking 64 KiB far; the file is left there."""
    file.seek(offset)
    data = file.read(64 * 1024)
    stripped = data.lstrip(b"\0")
    offset += len(data) - len(stripped)
    file.seek(offset)
    return offset
