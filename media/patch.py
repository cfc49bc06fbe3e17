"""What was blanked in a file, so that its owner can have it back bit for bit."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_STEP = 64  # bytes compared at a time: fine enough that a blanked position costs some hundred bytes, not the whole block


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
            differs = self.before[at:at + _STEP] != self.after[at:at + _STEP]
            if differs and start is None:
                start = at
            elif not differs and start is not None:
                yield Change(self.offset + start, self.before[start:at], self.after[start:at])
                start = None


def apply(path: Path, changes: Iterable[Change]) -> None:
    with path.open("r+b") as file:
        for change in changes:
            file.seek(change.offset)
            file.write(change.after)


def pack(changes: Iterable[Change]) -> bytes:
    """What stood there before, as one compressed blob: (offset, length, bytes) each, big-endian."""
    return zlib.compress(b"".join(struct.pack(">QI", c.offset, len(c.before)) + c.before for c in changes))


def unpack(blob: bytes) -> list[tuple[int, bytes]]:
    """(offset, original bytes), in the order in which they must be written back."""
    data = zlib.decompress(blob)
    found, at = [], 0
    while at < len(data):
        offset, length = struct.unpack_from(">QI", data, at)
        at += 12
        found.append((offset, data[at:at + length]))
        at += length
    return found


class PatchedFile(io.RawIOBase):
    """A stored file read as it was sent: the originals laid over what is on disk."""

    def __init__(self, path: Path, blob: bytes) -> None:
        self._file = path.open("rb")
        self._originals = unpack(blob)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        start = self._file.tell()
        count = self._file.readinto(buffer)
        for offset, original in self._originals:
            first, last = max(offset, start), min(offset + len(original), start + count)
            if first < last:
                buffer[first - start:last - start] = original[first - offset:last - offset]
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
