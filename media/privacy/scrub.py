"""Blank what says where, and with whose camera, a picture was taken: in place, at the same length.

Pixels and offsets stay as they were; nothing is encoded again. `patch` keeps what stood there
before. Afterwards `leftovers` goes by what other readers (ExifRead and Pillow,
`metadata.second`) find than the walkers that found the ranges.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO

from media.errors import Unreadable
from media.metadata import iptc, tiff, xmp
from media.metadata.containers import blocks, ebml, gif
from media.metadata.containers.block import MAX_BLOCK_BYTES, Block
from media.metadata.containers.jpeg import FILM
from media.metadata.containers.png import HEADER as PNG_HEADER
from media.metadata.second import SecondReading
from media.privacy import cues, icc, tiff_pixels
from media.privacy.exif_names import HARMLESS
from media.privacy.patch import Change

KINDS = (
    "place",
    "serial numbers",
    "owner",
    "maker note",
    "embedded thumbnail",
    "motion video",
    "camera",
    "date",
)
_TELLING_KEYWORD = re.compile(
    r"gps|geo|location|xyz|latitude|longitude|raw profile type|xml:|exif", re.IGNORECASE
)
# PNG's own keywords of what a picture is (W3C PNG, third edition, 11.3.3.2), but for "Source": the
# device that it came from.
_HARMLESS_KEYWORDS = {
    "title", "author", "description", "copyright", "creation time", "software", "disclaimer",
    "warning", "comment", "collection",
}  # fmt: skip
_STEP = 1 << 20  # bytes of what nothing refers to, blanked at a time
_BLANK_CHUNK = b"blNk"  # ancillary, private, safe to copy: every PNG reader skips it


@dataclass(frozen=True)
class Policy:
    """``location``: positions, serial numbers, maker notes and embedded thumbnails go.
    ``metadata``: all goes but orientation and colour profile.
    """

    location: bool
    metadata: bool

    @property
    def keeps_all(self) -> bool:
        return not (self.location or self.metadata)


def changes(
    path: Path, format: str, policy: Policy, found: Sequence[Block] | None = None
) -> list[Change]:
    """What to overwrite in the file so that the policy holds; an empty list where it does already.
    ``found`` are its blocks, where they are known.

    At most MAX_BLOCK_BYTES, as they are held in memory and kept in the database: for more see
    `uncleanable`. Raises Unreadable for metadata too large to be any.
    """
    if policy.keeps_all:
        return []
    with path.open("rb") as file:
        found = blocks(file, format) if found is None else found
        return list(_as_many_as_are_kept(_all_changes(file, found, policy)))


def _all_changes(file: IO[bytes], found: Sequence[Block], policy: Policy) -> Iterator[Change]:
    for block in found:
        yield from _block_changes(file, block, policy)


def _as_many_as_are_kept(changes: Iterator[Change]) -> Iterator[Change]:
    left = MAX_BLOCK_BYTES
    for change in changes:
        left -= len(change.before)
        if left < 0:
            return
        yield change


def uncleanable(
    path: Path, format: str, policy: Policy, found: Sequence[Block] | None = None
) -> list[str]:
    """What can't be blanked as it is more than is held in memory; empty space is none of it.
    ``found`` are the file's blocks as it is, where they are known.
    """
    if policy.keeps_all:
        return []
    with path.open("rb") as file:
        found = blocks(file, format) if found is None else found
        large = [
            block
            for block in found
            if block.length > MAX_BLOCK_BYTES
            and block.kind != "tiff"
            and (block.keyword != FILM or policy.metadata)
        ]
        told = [block.keyword for block in found if block.kind == "uncleanable"]
        told += [
            text for block in found if block.kind == "tiff" for text in _unclean_tiff(file, policy)
        ]
        told += [
            "a colour profile"
            for block in found
            if block.kind == "icc" and block.chunk is not None and not icc.fits(block.read(file))
        ]
        if sum(block.length for block in found) > MAX_BLOCK_BYTES and next(
            _all_changes(file, found, policy), None
        ):
            told.append(f"more than {MAX_BLOCK_BYTES // 1_000_000} MB of unknown data")
        return told + [
            f"{block.length // 1_000_000} MB of unknown data"
            for block in large
            if not _is_empty(file, block)
        ]


def _is_empty(file: IO[bytes], block: Block) -> bool:
    for offset, length in block.ranges:
        file.seek(offset)
        while length and (data := file.read(min(length, 1 << 20))):
            if data.count(0) != len(data):
                return False
            length -= len(data)
    return True


def _block_changes(file: IO[bytes], block: Block, policy: Policy) -> Iterator[Change]:
    if block.kind == "tiff":
        yield from _tiff_changes(file, policy)
        return
    if (
        (block.keyword == FILM and not policy.metadata)
        or block.kind == "uncleanable"
        or block.length > MAX_BLOCK_BYTES
    ):
        return  # see `uncleanable`
    before = block.read(file)
    after = _cleaned(block, before, policy)
    if after == before:
        return
    if block.chunk is not None:
        yield from _png_change(file, block, after)
        return
    at = 0
    for offset, length in block.ranges:
        yield from Change(offset, before[at : at + length], after[at : at + length]).narrowed()
        at += length


def _cleaned(block: Block, data: bytes, policy: Policy) -> bytes:
    match block.kind:
        case "exif":
            return _clean_exif(data, policy)
        case "icc":
            return icc.clean(data) if block.chunk is None else icc.clean_chunk(data)
        case "xmp":
            return xmp.blank(data) if policy.metadata else xmp.without_location(data)
        case "photoshop":
            return bytes(len(data)) if policy.metadata else _clean_photoshop(data, policy)
        case "comment":
            harmless = block.keyword and not _TELLING_KEYWORD.search(block.keyword)
            return data if harmless and not policy.metadata else b" " * len(data)
        case "sub-blocks":
            return gif.without_content(data)
        case "element":
            return ebml.void(len(data))
        case "index":
            return _clean_index(data)
        case "box":
            return (
                data if block.keyword and not policy.metadata else b"free".ljust(len(data), b"\0")
            )
        case "filler":  # no zeros, of which two and a small number would be taken for a start code
            return b" " * len(data)
        case "subtitles" if not policy.metadata:
            ends = list(accumulate(length for _, length in block.ranges))
            return b"".join(
                cues.without_data(
                    [data[start:end] for start, end in pairwise([0, *ends])], block.keyword
                )
            )
        case "dates" if not policy.metadata:
            return data
        case "text" if not policy.metadata and block.keyword.lower() in _HARMLESS_KEYWORDS:
            return data
        case _:
            return bytes(len(data))


def _clean_exif(data: bytes, policy: Policy) -> bytes:
    prefix = b"Exif\0\0" if data.startswith(b"Exif\0\0") else b""  # some WebP writers keep JPEG's
    body = data[len(prefix) :]
    if not policy.metadata:
        try:
            return prefix + tiff.without(
                body, lambda tag: tag not in HARMLESS, gps=True, thumbnail=True
            )
        except tiff.MalformedTiff:
            pass  # what can't be followed can't be proven clean
    return prefix + tiff.orientation_only(len(body), tiff.orientation(body))


def _tiff_changes(file: IO[bytes], policy: Policy) -> Iterator[Change]:
    """Of a TIFF file, in which pictures and metadata share one structure. Raises Unreadable where
    it can't be followed.
    """
    # only the pages that are changed take memory
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as copy:
        editor, unclean = _clean_tiff(file, copy, policy)
        for start, stop in sorted(editor.touched):
            file.seek(start)
            yield from Change(start, file.read(stop - start), copy[start:stop]).narrowed()
        gaps = () if unclean else editor.gaps()
        for at, stop in (
            (at, min(at + _STEP, end)) for start, end in gaps for at in range(start, end, _STEP)
        ):
            file.seek(at)
            yield from Change(at, file.read(stop - at), bytes(stop - at)).narrowed()


def _clean_tiff(file: IO[bytes], copy: mmap.mmap, policy: Policy) -> tuple[tiff.Editor, str]:
    keep = tiff.STRUCTURE if policy.metadata else tiff.STRUCTURE | HARMLESS
    try:
        return tiff_pixels.clean(file, copy, lambda tag: tag not in keep)
    except tiff.MalformedTiff:
        raise Unreadable() from None


def _unclean_tiff(file: IO[bytes], policy: Policy) -> list[str]:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as copy:
        _, unclean = _clean_tiff(file, copy, policy)
    return [unclean] if unclean else []


def _clean_photoshop(data: bytes, policy: Policy) -> bytes:
    cleaned, end = bytearray(data), 0
    for resource, start, length in iptc.resources(data):
        part = data[start : start + length]
        match resource:
            case iptc.IPTC:
                part = _clean_iptc(part)
            case iptc.EXIF_1 | iptc.EXIF_3:
                part = _clean_exif(part, policy)
            case iptc.XMP:
                part = xmp.without_location(part)
            case _ if resource not in iptc.HARMLESS_RESOURCES:
                part = bytes(length)
        cleaned[start : start + length] = part
        end = start + length
    cleaned[end:] = bytes(len(data) - end)  # where the structure breaks off
    return bytes(cleaned)


def _clean_iptc(data: bytes) -> bytes:
    cleaned, end = bytearray(data), 0
    for record, dataset, at, length in iptc.records(data):
        if (record, dataset) not in iptc.HARMLESS:
            cleaned[at : at + length] = b" " * length
        end = at + length
    cleaned[end:] = bytes(len(data) - end)
    return bytes(cleaned)


def _clean_index(data: bytes) -> bytes:
    """The index of a multi-picture file (CIPA DC-007, 5.2): where the pictures are, not the ids
    that they have.
    """
    try:
        return tiff.without(
            data, lambda tag: tag not in tiff.MULTI_PICTURE, gps=True, thumbnail=False
        )
    except tiff.MalformedTiff:
        return bytes(len(data))


def _png_change(file: IO[bytes], block: Block, cleaned: bytes) -> Iterator[Change]:
    """The whole chunk, with its CRC made right again. One that only makes sense whole is renamed,
    too.
    """
    assert block.chunk is not None
    file.seek(block.chunk)
    length = int.from_bytes(file.read(4))
    before = file.read(4 + length + 4)
    name = before[:4]
    if block.kind in ("text", "unknown") or (block.kind == "icc" and not any(cleaned)):
        name, start = _BLANK_CHUNK if name[0] & 0x20 else name, 0  # a critical chunk keeps its name
    else:
        start = block.ranges[0][0] - block.chunk - PNG_HEADER
    data = before[4 : 4 + start] + cleaned
    after = name + data + zlib.crc32(name + data).to_bytes(4)
    yield from Change(block.chunk + 4, before, after).narrowed()


def kinds(said: Collection[str], format: str, found: Sequence[Block]) -> tuple[str, ...]:
    """What a still says of where, when and with what it was taken, in a word each, in order:
    what readers say, and its blocks.
    """
    has_film = format == "jpg" and any(block.keyword == FILM for block in found)
    return tuple(kind for kind in KINDS if kind in said or (has_film and kind == "motion video"))


def leftovers(found: SecondReading, policy: Policy) -> list[str]:
    """What a reader other than the walkers still finds that the policy takes out; empty when the
    file is clean.
    """
    left = []
    if policy.location or policy.metadata:
        left += [f"EXIF {name}" for name in found.gps]
        left += [f"XMP {name}" for root in found.xmp for _, name in xmp.private_names(root)]
        left += [f"EXIF {name}" for name in found.telling]
    if policy.metadata:
        left += [f"EXIF {name}" for name in found.tags if name != "Orientation"]
    return list(dict.fromkeys(left))
