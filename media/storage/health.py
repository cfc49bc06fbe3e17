"""Whether a disk has room and takes what is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from media.errors import StorageFull, StorageMissing, is_full
from media.storage import Space
from media.storage.durable import write_whole
from media.storage.mark import MARKER

_TRIAL = f"{MARKER}-trial"


def space(folder: Path) -> Space:
    """What is free on its disk."""
    disk = os.statvfs(folder)
    return Space(disk.f_bavail * disk.f_frsize, disk.f_favail if disk.f_files else None)


def check_writable(folders: Iterable[Path]) -> None:
    """Raises StorageMissing for a disk mounted read-only, or somebody else's folder."""
    for folder in folders:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _not_writable(folder)


def try_writing(folders: Iterable[Path]) -> None:
    """Raises StorageMissing or StorageFull where a small file doesn't get to the disk."""
    for folder in folders:
        try:
            write_whole(folder / _TRIAL, "ok")
            (folder / _TRIAL).unlink()
        except OSError as error:
            raise StorageFull() if is_full(error) else _not_writable(folder) from error


def _not_writable(folder: Path) -> StorageMissing:
    return StorageMissing(f"The storage is not available: {folder.name}/ can't be written to")


def keeps_private(folder: Path) -> bool:
    """By a file that is to be ours alone. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        return not os.fstat(handle).st_mode & 0o077
    finally:
        os.close(handle)
        Path(name).unlink()
