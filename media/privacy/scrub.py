"""Blank what says where, and with whose camera, a picture was taken: in place, at the same length.

Pixels and offsets stay as they were; nothing is encoded again. `patch` keeps what stood there
before. Afterwards `leftovers` goes by what other readers (ExifRead and Pillow,
`metadata.second`) find than the walkers that found the ranges.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from media.metadata import xmp
from media.metadata.containers import blocks
from media.metadata.containers.block import MAX_BLOCK_BYTES, Block
from media.metadata.containers.jpeg import FILM
from media.metadata.containers.png import HEADER as PNG_HEADER
from media.metadata.second import SecondReading
from media.privacy import icc, tiff_file
from media.privacy.blanking import blanked
from media.privacy.patch import Change
from media.privacy.policy import Policy

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
_BLANK_CHUNK = b"blNk"  # ancillary, private, safe to copy: every PNG reader skips it


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
            text
            for block in found
            if block.kind == "tiff"
            for text in tiff_file.uncleanable(file, policy)
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
        yield from tiff_file.changes(file, policy)
        return
    if (
        (block.keyword == FILM and not policy.metadata)
        or block.kind == "uncleanable"
        or block.length > MAX_BLOCK_BYTES
    ):
        return  # see `uncleanable`
    before = block.read(file)
    after = blanked(block, before, policy)
    if after == before:
        return
    if block.chunk is not None:
        yield from _png_change(file, block, after)
        return
    at = 0
    for offset, length in block.ranges:
        yield from Change(offset, before[at : at + length], after[at : at + length]).narrowed()
        at += length


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
