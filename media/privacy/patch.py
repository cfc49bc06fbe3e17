"""What was blanked in a file, so that its owner can have it back bit for bit."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from media.orientation.splice import Splice

# bytes compared at a time: fine enough that a blanked position costs some hundred bytes, not the
# whole block
_STEP = 64


_MOVE = (1 << 64) - 1  # in place of an offset
_PUT_IN = (1 << 64) - 2  # so, too: (offset in the file, length) of what was not sent
_LONGER = b"+"  # before a blob with such, and then how many bytes; zlib's begin with another byte
HEAD_BYTES = 9


@dataclass(frozen=True)
class Change:
    """``before`` and ``after`` stand at ``offset`` in the file and have the same length."""

    offset: int
    before: bytes
    after: bytes

    def narrowed(self) -> Iterable[Change]:
        """The same change as few, short stretches that really differ."""
        start = None
        for at in range(0, len(self.before) + _STEP, _STEP):
            differs = self.before[at : at + _STEP] != self.after[at : at + _STEP]
            if differs and start is None:
                start = at
            elif not differs and start is not None:
                yield Change(self.offset + start, self.before[start:at], self.after[start:at])
                start = None


class Move(NamedTuple):
    """``length`` bytes that were sent at ``source`` and stand at ``target`` in the file, which is
    before; what was between follows them.
    """

    target: int
    source: int
    length: int

    def place(self, at: int) -> tuple[int, int]:
        """Where the byte that was sent at ``at`` stands in the file, and how many that followed it
        still do.
        """
        behind = self.source + self.length
        if at < self.target:
            return at, self.target - at
        if at < self.source:
            return at + self.length, self.source - at
        return (at - self.source + self.target, behind - at) if at < behind else (at, sys.maxsize)


def apply(path: Path, changes: Iterable[Change]) -> None:
    with path.open("r+b") as file:
        for change in changes:
            file.seek(change.offset)
            file.write(change.after)


def pack(changes: Iterable[Change], move: Move | None = None) -> bytes:
    """What stood there before, as one compressed blob: (offset, length, bytes) each, big-endian. A
    move goes first, at no file's offset.
    """
    packer = zlib.compressobj()  # piece by piece: joined, all of it would be in memory once more
    pieces = [packer.compress(struct.pack(">QIQQQ", _MOVE, 24, *move))] if move else []
    pieces += [
        packer.compress(part)
        for c in changes
        for part in (struct.pack(">QI", c.offset, len(c.before)), c.before)
    ]
    return b"".join((*pieces, packer.flush()))


def repack(blob: bytes | None, splices: Iterable[Splice]) -> bytes:
    """`pack` of a still in which more was changed, or put in, since. ``splices`` are of the file as
    ``blob`` (None: nothing was blanked) has it.
    """
    records = unpack(blob) if blob else []
    put_in = _taken(records, _PUT_IN)
    originals = _merged(records)
    for splice in sorted(splices):
        if splice.before:
            originals += _not_there(originals, put_in, splice)
    put_in = _shifted(put_in, [one for one in sorted(splices) if not one.before])
    records = [(_PUT_IN, struct.pack(">QQ", *one)) for one in put_in] + sorted(originals)
    parts = (part for at, data in records for part in (struct.pack(">QI", at, len(data)), data))
    return _LONGER + struct.pack(">Q", sum(n for _, n in put_in)) + zlib.compress(b"".join(parts))


def put_in_of(head: bytes) -> int:
    """How many bytes more the stored file has than was sent, by the first `HEAD_BYTES` of a
    blob.
    """
    return int(struct.unpack_from(">Q", head, 1)[0]) if head.startswith(_LONGER) else 0


def _taken(records: list[tuple[int, bytes]], mark: int) -> list[tuple[int, int]]:
    """Take the ranges with this mark out of the records."""
    found = [struct.unpack(">QQ", data) for at, data in records if at == mark]
    records[:] = [one for one in records if one[0] != mark]
    return found


def _not_there(
    originals: list[tuple[int, bytes]], put_in: list[tuple[int, int]], splice: Splice
) -> list[tuple[int, bytes]]:
    """Of what a splice changes: the bytes that were sent so, of which nothing is known yet."""
    found = []
    for index in range(len(splice.before)):
        at = splice.offset + index
        if any(start <= at < start + length for start, length in put_in):
            continue
        sent = at - sum(length for start, length in put_in if start < at)
        if not any(start <= sent < start + len(data) for start, data in originals):
            found.append((sent, splice.before[index : index + 1]))
    return found


def _shifted(put_in: list[tuple[int, int]], inserts: list[Splice]) -> list[tuple[int, int]]:
    """All ranges that were not sent, where they are now; one that was put into another is part of
    it.
    """
    now = []
    for start, length in put_in:
        inside = sum(len(one.after) for one in inserts if start < one.offset < start + length)
        before = sum(len(one.after) for one in inserts if one.offset <= start)
        now.append((start + before, length + inside))
    shift = 0
    for one in inserts:
        if not any(start < one.offset < start + length for start, length in put_in):
            now.append((one.offset + shift, len(one.after)))
        shift += len(one.after)
    return sorted(now)


def unpack(blob: bytes) -> list[tuple[int, bytes]]:
    """(offset, original bytes), in the order in which they must be written back."""
    data = zlib.decompress(blob[HEAD_BYTES:] if blob.startswith(_LONGER) else blob)
    found, at = [], 0
    while at < len(data):
        offset, length = struct.unpack_from(">QI", data, at)
        at += 12
        found.append((offset, data[at : at + length]))
        at += length
    return found


def _merged(originals: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """In the order of the file, without overlaps. All were read from the file as it was sent, so
    any of two is right.
    """
    merged: list[tuple[int, bytes]] = []
    for offset, data in sorted(originals):
        end = merged[-1][0] + len(merged[-1][1]) if merged else 0
        if offset + len(data) > end:
            merged.append((max(offset, end), data[max(0, end - offset) :]))
    return merged


class PatchedFile(io.RawIOBase):
    """A stored file read as it was sent: the originals laid over what is stored. It closes
    ``file``.
    """

    def __init__(self, file: io.RawIOBase, blob: bytes) -> None:
        self._file = file
        originals = unpack(blob)
        self._put_in = _taken(originals, _PUT_IN)
        self._move = (
            Move(*struct.unpack(">QQQ", originals.pop(0)[1]))
            if originals and originals[0][0] == _MOVE
            else Move(0, 0, 0)
        )
        self._originals = _merged(originals)
        self._starts = [offset for offset, _ in self._originals]
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            offset += self._file.seek(0, whence) - self.put_in
        self._at = offset
        return offset

    def tell(self) -> int:
        return self._at

    @property
    def put_in(self) -> int:
        """How many bytes the stored file has that were not sent."""
        return sum(length for _, length in self._put_in)

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        start = self._at
        count = self._read_stored(memoryview(buffer).cast("B"))
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self._originals) and self._starts[at] < start + count:
            offset, original = self._originals[at]
            first, last = max(offset, start), min(offset + len(original), start + count)
            if first < last:
                buffer[first - start : last - start] = original[first - offset : last - offset]
            at += 1
        return count

    def _read_stored(self, view: memoryview) -> int:
        """Fill ``view`` in the order in which the file was sent."""
        count = 0
        while count < len(view):
            place, run = self._place(self._at)
            self._file.seek(place)
            got = self._file.readinto(view[count : count + min(run, len(view) - count)])
            if not got:
                break
            count += got
            self._at += got
        return count

    def _place(self, at: int) -> tuple[int, int]:
        """As `Move.place`, with what was put in left out; nothing moves in a still."""
        if not self._put_in:
            return self._move.place(at)
        for start, length in self._put_in:
            if at < start:
                return at, start - at
            at += length
        return at, sys.maxsize

    def close(self) -> None:
        self._file.close()
        super().close()
