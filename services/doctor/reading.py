"""How files are read: at whose pace, and until when."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass
class Half:
    """Sums of a file up to the byte ``at``."""

    at: int = 0
    md5: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    sha256: Any = field(default_factory=hashlib.sha256)


@dataclass
class Halfway:
    """Of large files of one upload: sums that were stopped at, in memory, for who goes on in the
    same process. A file is left once ``is_over``, a piece after it was begun at the earliest.
    """

    is_over: Callable[[], bool] = lambda: False
    upload: object = None
    halves: dict[object, Half] = field(default_factory=dict)

    def begin(self, upload: object) -> None:
        if upload != self.upload:
            self.upload, self.halves = upload, {}

    def end(self) -> None:
        self.begin(None)

    def sums_of(self, key: object, file: IO[bytes] | Any) -> tuple[str, str]:
        """As `sums_of`, from where it was left. Raises Stopped."""
        return sums_of(file, self.halves.setdefault(key, Half()), self.is_over)


def sums_of(
    file: IO[bytes] | Any, half: Half | None = None, is_over: Callable[[], bool] = lambda: False
) -> tuple[str, str]:
    """MD5 and SHA-256 of a file, in hex digits, reading once. Raises OSError, and Stopped where it
    is over.
    """
    half = half or Half()
    file.seek(half.at)
    while piece := file.read(PIECE):
        half.md5.update(piece)
        half.sha256.update(piece)
        half.at += len(piece)
        if len(piece) == PIECE and is_over():
            raise Stopped()
    return half.md5.hexdigest(), half.sha256.hexdigest()
