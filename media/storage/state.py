"""What names in folders stand for, without following links."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from media.storage import PRIVATE, State

_OTHERS_WRITE, _OTHERS = 0o022, 0o077


def of(path: Path, root: str) -> State | None:
    """Of one path in a root; None for nothing."""
    try:
        return _state(path.lstat(), root)
    except (FileNotFoundError, NotADirectoryError):
        return None


def entries(folder: Path, root: str) -> Iterator[tuple[str, State]]:
    """Everything in it but folders, in the order of names; nothing where it is gone."""
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    for path in paths:
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # gone since it was listed
        if not stat.S_ISDIR(found.st_mode):
            yield path.name, _state(found, root)


def _state(found: os.stat_result, root: str) -> State:
    is_file, is_link = stat.S_ISREG(found.st_mode), stat.S_ISLNK(found.st_mode)
    too_open = _OTHERS if root == PRIVATE else _OTHERS_WRITE
    return State(
        "file" if is_file else "link" if is_link else "other",
        found.st_size,
        found.st_mtime_ns,
        found.st_nlink,
        bool(is_file and found.st_mode & too_open),
    )
