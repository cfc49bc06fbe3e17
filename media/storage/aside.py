"""Files that were set aside: those that belong to no upload, and those that a good one took the
place of. They are kept for a while, readable by the site alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from media.storage import DAMAGED, FOUND
from media.storage.durable import fsync, make_folder
from media.storage.touched import Touched

_MODE, _FOLDER_MODE = 0o600, 0o700


def put(data: Path, kept_in: str, root: str, file: Path, path: str, *, stays: bool) -> str:
    """See `Storage.set_aside`; relative to ``data``. Raises OSError."""
    folder = data / kept_in
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    first = folder / root / path
    make_folder(first.parent)
    target, number = first, 0
    while os.path.lexists(target):
        number += 1
        target = first.with_name(f"{first.name}.{number}")
    if stays:
        # not a link: with the same file under two names, its mode would be that of the other, too
        shutil.copyfile(file, target, follow_symlinks=False)
    else:
        file.rename(target)
        fsync(file.parent)
    if not target.is_symlink():
        os.utime(target)  # how long it is kept counts from here
        target.chmod(_MODE)
        fsync(target)
    fsync(target.parent)
    return target.relative_to(data).as_posix()


def has_any(data: Path, older_than: float, touched: Touched) -> bool:
    """Whether one was set aside so long ago."""
    return next(_old(data, older_than, touched), None) is not None


def clear(data: Path, older_than: float, touched: Touched) -> int:
    """Delete these, and the folders that are empty then."""
    paths = list(_old(data, older_than, touched))
    for path in paths:
        path.unlink(missing_ok=True)
    for base in (data / FOUND, data / DAMAGED):
        for folder, _, _ in os.walk(base, topdown=False):
            with contextlib.suppress(OSError):  # not empty, or gone
                Path(folder).rmdir()
    return len(paths)


def _old(data: Path, older_than: float, touched: Touched) -> Iterator[Path]:
    before = time.time() - older_than
    for base in (data / FOUND, data / DAMAGED):
        for folder, _, names in os.walk(base):
            for path in (Path(folder, name) for name in names):
                if touched(path) <= before:
                    yield path
