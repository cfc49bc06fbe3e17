"""What is still there after a power cut: contents once their file was fsynced, a name once its
folder was.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def fsync(path: Path) -> None:
    """A file's content and mode, or the names in a folder. A pipe isn't waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folders(folders: Iterable[Path]) -> None:
    """Those of them that are there, each once, in the order given."""
    for folder in dict.fromkeys(folders):
        try:
            fsync(folder)
        except FileNotFoundError:
            pass  # nothing in it, then


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a small file so that it is there whole or not at all, whatever happens and whenever.
    One at a time may do it.
    """
    temp = path.with_name(path.name + ".new")  # one that a crash leaves is written over
    handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(temp, path)
    fsync(path.parent)


def make_folder(folder: Path) -> None:
    """With its parents; their names are on the disk afterwards."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        fsync(new.parent)


def put(file: Path, target: Path, mode: int, *, is_synced: bool = False) -> None:
    """Bring a file to its final place on the same disk: whole from its first moment there. The
    names in the folders are still to be fsynced. ``is_synced``: its bytes are on the disk, and its
    mode needn't be.
    """
    file.chmod(mode)
    if not is_synced:
        fsync(file)
    make_folder(target.parent)
    os.replace(file, target)
