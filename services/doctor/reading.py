"""How files are read: at whose pace, and until when."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import IO, Any

from media.sums import PIECE

Tick = Callable[[int], object]  # told how many bytes were read; may wait, or raise Stopped


class Stopped(Exception):
    """Whoever wants to go on later shall: nothing of the file at hand is known yet."""


class Paced(io.RawIOBase):
    """A file that tells ``tick`` of each piece that is read of it. It closes ``file``."""

    def __init__(self, file: Any, tick: Tick) -> None:
        self._file, self._tick = file, tick

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer) or 0
        self._tick(count)
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def sums_of(file: IO[bytes] | Any) -> tuple[str, str]:
    """MD5 and SHA-256 of what is left to read, in hex digits, reading once. Raises OSError."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    while piece := file.read(PIECE):
        md5.update(piece)
        sha256.update(piece)
    return md5.hexdigest(), sha256.hexdigest()
