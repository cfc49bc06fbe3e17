"""Copies of files to another disk, of which every byte is known to have got there."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from media.storage.durable import fsync
from media.sums import PIECE, sum_of

# Of what is copied, so that thumbnails that people look at stay in the memory of the machine.
LARGE = 4 << 20  # bytes
# A bad block, somebody else's file, a folder under its name, damage of the file system.
_OF_ONE_FILE = (
    errno.EIO, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EUCLEAN,
    errno.EBADMSG,
)  # fmt: skip


class NotKept(OSError):
    """A disk gives back other bytes than it was given."""


class Unreadable(OSError):
    """One file is there and can't be read; others may be as they should."""


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Raises Unreadable for what may be the fault of the one file that is read inside."""
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_ONE_FILE:
            raise
        raise Unreadable(error.errno, error.strerror, error.filename) from error


@dataclass(frozen=True)
class Read:
    """What was read of a file: hex digits, and how many bytes."""

    sha256: str
    md5: str
    size: int


def read(source: IO[bytes] | Any, also: Callable[[bytes], object] = lambda piece: None) -> Read:
    """All of ``source``, which is handed on in pieces. Raises Unreadable, OSError."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    while piece := _piece(source):
        sha256.update(piece)
        md5.update(piece)
        size += len(piece)
        also(piece)
    return Read(sha256.hexdigest(), md5.hexdigest(), size)


def _piece(source: IO[bytes] | Any) -> bytes:
    with reading():
        return bytes(source.read(PIECE))


def read_path(path: Path) -> Read:
    """As it lies on the disk. Raises Unreadable, OSError."""
    with reading(), _from_the_disk(path) as file:
        return read(file)


def copy(source: IO[bytes] | Any, target: Path, mode: int, modified_ns: int | None = None) -> Read:
    """To a file of its own, whatever was at ``target``: that may be a link to one that must stay.
    It still has to be synced. Raises Unreadable for the source, OSError.
    """
    target.unlink(missing_ok=True)
    with open(target, "xb", buffering=0) as file:
        done = read(source, lambda piece: _write(file.fileno(), piece))
        with contextlib.suppress(PermissionError):  # a disk without modes
            os.fchmod(file.fileno(), mode)
    if modified_ns is not None:
        os.utime(target, ns=(modified_ns, modified_ns))
    if done.size > LARGE:
        with contextlib.suppress(OSError):
            os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return done


def check(path: Path, sha256: str) -> None:
    """Have a file on its disk, and read it back from there. Raises NotKept, OSError."""
    fsync(path)
    with _from_the_disk(path) as file:
        if sum_of(file) != sha256:
            raise NotKept(f"{path} isn't on the disk as it was written. Test that disk.")


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


@contextlib.contextmanager
def _from_the_disk(path: Path) -> Iterator[IO[bytes]]:
    """What the system remembers of a file is no proof of what its disk has."""
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        yield file
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
