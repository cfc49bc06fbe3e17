"""The index of a film, moved from its end to its front: a player, or a chat's preview, then needn't
wait for all of the file.

What it points to stays in its order (ISO/IEC 14496-12, 8.7.5). Where anything else could point into
the file, nothing is moved.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from media.errors import Unreadable
from media.metadata.containers.block import read_exactly, size_of
from media.metadata.containers.boxes import Box, boxes
from media.metadata.containers.samples import SampleTable
from media.privacy.patch import Change, Move

_FORMATS = {"mp4", "mov", "m4v", "3gp"}
# a fragment, an item or an index of its own holds offsets, too
_TOP = {b"ftyp", b"free", b"skip", b"wide", b"mdat", b"moov", b"uuid"}
_WAY = (b"trak", b"mdia", b"minf", b"stbl")
_MAX_INDEX = 32_000_000  # bytes that are held in memory; a film of hours has ten million
_MAX_CHUNKS = 500_000  # of all tracks; a film of hours has some ten thousand
_STEP = 1 << 20


def to_front(path: Path, format: str) -> tuple[Move, list[Change], str] | None:
    """Rewrite ``path`` with its index in front: what was moved, what was changed in it (at the
    offsets of before), the MD5 of the new file.

    None, and the file is as it was, where the index is in front, or isn't surely understood, or the
    disk has no room for a copy.
    """
    if format not in _FORMATS:
        return None
    copy = path.with_name(path.name + "-front")
    try:
        with path.open("rb") as file:
            move = _move(file)
            if move is None:
                return None
            index = read_exactly(file, move.source, move.length)
            changes = list(_changes(file, move))
            with copy.open("wb") as target:
                md5 = _write(file, target, move, _changed(index, changes, move))
        copy.replace(path)
    except (Unreadable, OSError):
        copy.unlink(missing_ok=True)
        return None
    return move, changes, md5


def _move(file: IO[bytes]) -> Move | None:
    top = list(boxes(file, 0, size_of(file)))
    names = [box.name for box in top]
    if (
        names[:1] != [b"ftyp"]
        or not set(names) <= _TOP
        or names.count(b"ftyp") != 1
        or names.count(b"moov") != 1
        or b"mdat" not in names
    ):
        return None
    moov = top[names.index(b"moov")]
    length = moov.end - moov.at
    if (
        names.index(b"mdat") > names.index(b"moov")
        or b"mdat" in names[names.index(b"moov") :]
        or length > _MAX_INDEX
    ):
        return None
    # it reaches to the end, wherever that is
    if int.from_bytes(read_exactly(file, moov.at, 4)) == 0:
        return None
    return Move(top[0].end, moov.at, length)


def _changes(file: IO[bytes], move: Move) -> Iterator[Change]:
    """The tables of offsets. Raises Unreadable where one points elsewhere than between the old
    place and the new.
    """
    left = _MAX_CHUNKS
    tables = list(
        _tables(file, next(box for box in boxes(file, move.source, move.source + move.length)))
    )
    if not tables:
        raise Unreadable()
    _check(file, [box for box in tables if box.name == b"stbl"], move)
    for box in (box for box in tables if box.name != b"stbl"):
        count = int.from_bytes(read_exactly(file, box.start + 4, 4))
        left -= count
        numbers = array("Q" if box.name == b"co64" else "I")
        if left < 0 or 8 + count * numbers.itemsize > box.end - box.start:
            raise Unreadable()
        before = read_exactly(file, box.start + 8, count * numbers.itemsize)
        if before:
            yield Change(box.start + 8, before, _raised(numbers, before, move))


def _check(file: IO[bytes], tables: list[Box], move: Move) -> None:
    """Raises Unreadable where samples reach into the index, or tables don't fit each other."""
    if any(
        start < move.target or start + length > move.source
        for table in tables
        for start, length in SampleTable(file, table, 0).ranges()
    ):
        raise Unreadable()


def _raised(numbers: array[int], before: bytes, move: Move) -> bytes:
    numbers.frombytes(before)
    if sys.byteorder == "little":
        numbers.byteswap()
    if (
        min(numbers) < move.target
        or max(numbers) >= move.source
        or max(numbers) + move.length >= 1 << 8 * numbers.itemsize
    ):
        raise Unreadable()
    return struct.pack(
        f">{len(numbers)}{numbers.typecode}", *(number + move.length for number in numbers)
    )


def _tables(file: IO[bytes], box: Box, depth: int = 0) -> Iterator[Box]:
    """The ``stbl`` of each track, and its tables of offsets. Raises Unreadable where other offsets
    stand.
    """
    for inside in boxes(file, box.start, box.end):
        if depth < len(_WAY) and inside.name == _WAY[depth]:
            if inside.name == b"stbl":
                yield inside
            yield from _tables(file, inside, depth + 1)
        elif depth == len(_WAY) and inside.name in (b"stco", b"co64"):
            yield inside
        # offsets of another kind, fragments, a compressed index, other files
        elif inside.name in (b"saio", b"mvex", b"cmov", b"rmra"):
            raise Unreadable()
        elif inside.name in (b"udta", b"meta"):
            _has_no_items(file, inside)


def _has_no_items(file: IO[bytes], box: Box) -> None:
    """Raises Unreadable where metadata stands elsewhere in the file (ISO/IEC 14496-12, 8.11.3)."""
    # QuickTime's has no version
    is_plain = (
        box.name == b"udta"
        or read_exactly(file, box.start, min(8, box.end - box.start))[4:] == b"hdlr"
    )
    for inside in boxes(file, box.start + (0 if is_plain else 4), box.end):
        if inside.name == b"iloc":
            raise Unreadable()
        if inside.name == b"meta" and box.name == b"udta":
            _has_no_items(file, inside)


def _changed(index: bytes, changes: list[Change], move: Move) -> bytes:
    data = bytearray(index)
    for change in changes:
        at = change.offset - move.source
        data[at : at + len(change.after)] = change.after
    return bytes(data)


def _write(file: IO[bytes], target: IO[bytes], move: Move, index: bytes) -> str:
    md5 = hashlib.md5(usedforsecurity=False)

    def put(data: bytes) -> None:
        md5.update(data)
        target.write(data)

    behind = move.source + move.length
    for start, end, data in (
        (0, move.target, index),
        (move.target, move.source, b""),
        (behind, size_of(file), b""),
    ):
        file.seek(start)
        while start < end:
            part = read_exactly(file, start, min(_STEP, end - start))
            put(part)
            start += len(part)
        put(data)
    return md5.hexdigest()
