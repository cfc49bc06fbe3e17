"""Where bytes live on local disk.

``public/`` holds nothing but files that anyone may fetch until somebody deletes them; a file's path under it is
its URL's path, so a reverse proxy can serve it. ``private/`` holds all others under the same relative paths.
``tmp/`` is where uploads arrive, on the same disk, so that publishing is a rename. ``bin/`` holds what is being
deleted, until the database has forgotten it.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from media.errors import StorageFull, StorageMissing

MARKER = ".keepsake"  # says which database the files belong to; missing when the disk is not mounted
PUBLIC, PRIVATE = "public", "private"


class NameTaken(Exception):
    """Another file has that path already."""


class Storage:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.tmp = data / "tmp"
        self.bin = data / "bin"

    def prepare(self) -> None:
        for folder in (self.data / PUBLIC, self.data / PRIVATE, self.tmp, self.bin):
            folder.mkdir(parents=True, exist_ok=True)

    def mark(self, site_id: str) -> None:
        """Claim empty roots for a site. Roots that carry another site's mark, or lost theirs, are left alone."""
        for root in (PUBLIC, PRIVATE):
            marker = self.data / root / MARKER
            if not marker.exists() and not any((self.data / root).iterdir()):
                marker.write_text(site_id)

    def check(self, site_id: str) -> None:
        """Raises StorageMissing unless both roots are there and belong to the site."""
        for root in (PUBLIC, PRIVATE):
            try:
                mark = (self.data / root / MARKER).read_text()
            except OSError:
                mark = ""
            if mark != site_id:
                raise StorageMissing()

    def check_space(self, min_free_bytes: int) -> None:
        if shutil.disk_usage(self.tmp).free < min_free_bytes:
            raise StorageFull()

    def path(self, root: str, relative: str) -> Path:
        """Where a file lies. Raises ValueError for a path that would leave its root."""
        base = f"{self.data}/{root}/"
        path = os.path.normpath(base + relative)
        if not path.startswith(base) or "\0" in relative:
            raise ValueError(f"{relative!r} leaves its folder")
        return Path(path)

    def publish(self, root: str, files: Sequence[tuple[Path, str]]) -> None:
        """Move temp files to their places under ``root``, all or none, and make sure that they are on the disk.

        Raises NameTaken where a place is not free; then nothing was moved for good and the temp files are back.
        """
        done: set[Path] = set()
        try:
            for temp, relative in files:
                target = self.path(root, relative)
                _fsync(temp)
                temp.chmod(0o644 if root == PUBLIC else 0o600)  # a reverse proxy runs as somebody else
                _make_folder(target.parent)
                _claim(target)
                _move(temp, target)
                done.add(target)
            for folder in {target.parent for target in done}:
                _fsync(folder)
        except BaseException as error:
            self.take_back(root, [(temp, relative) for temp, relative in files if self.path(root, relative) in done])
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull() from error
            raise

    def take_back(self, root: str, files: Iterable[tuple[Path, str]]) -> None:
        """Undo `publish`: the files are temp files again."""
        for temp, relative in files:
            os.replace(self.path(root, relative), temp)

    def move(self, files: Sequence[str], source: str, target: str) -> None:
        """Move files from one root to the other, all or none. Raises NameTaken."""
        self.publish(target, [(self.path(source, relative), relative) for relative in files])

    def withdraw(self, name: str, root: str, files: Iterable[str]) -> None:
        """Move files out of reach into the bin, under ``name``; ``restore`` brings them back, ``destroy`` ends them."""
        for relative in files:
            source = self.path(root, relative)
            target = self.path("bin", f"{name}/{root}/{relative}")
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(source, target)
            except FileNotFoundError:
                pass  # lost already; deleting goes on

    def restore(self, name: str) -> None:
        entry = self.path("bin", name)
        for path in _files(entry):
            target = self.data / path.relative_to(entry)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        self.destroy(name)

    def destroy(self, name: str) -> None:
        shutil.rmtree(self.path("bin", name), ignore_errors=True)

    def binned(self, older_than: float) -> list[str]:
        """Names in the bin for at least ``older_than`` seconds."""
        before = time.time() - older_than
        return sorted(entry.name for entry in self.bin.iterdir() if _last_touched(entry) <= before)

    def stored(self, older_than: float) -> Iterator[tuple[str, str]]:
        """(root, relative path) of each file untouched for ``older_than`` seconds."""
        before = time.time() - older_than
        for root in (PUBLIC, PRIVATE):
            base = self.data / root
            for path in _files(base / "images"):
                if _last_touched(path) < before:
                    yield root, path.relative_to(base).as_posix()

    def leftovers(self, older_than: float) -> list[Path]:
        """Temp files that their upload left behind, untouched for ``older_than`` seconds."""
        before = time.time() - older_than
        return [path for path in _files(self.tmp) if _last_touched(path) < before]

    def remove_empty_folders(self, older_than: float) -> None:
        """Date folders with nothing in them; not one that an upload may just have made."""
        before = time.time() - older_than
        for root in (PUBLIC, PRIVATE):
            for folder, _, _ in os.walk(self.data / root, topdown=False):
                if Path(folder) != self.data / root and _last_touched(Path(folder)) < before:
                    try:
                        Path(folder).rmdir()
                    except OSError:
                        pass  # not empty


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent) / name


def _last_touched(path: Path) -> float:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return time.time()
    return max(stat.st_mtime, stat.st_ctime)  # a rename keeps the first and sets the second


def _claim(target: Path) -> None:
    """Take the name, so that of two uploads racing for it one loses, on any file system."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise NameTaken(target.name) from None


def _move(temp: Path, claimed: Path) -> None:
    try:
        os.replace(temp, claimed)
    except OSError:
        claimed.unlink()
        raise


def _make_folder(folder: Path) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _fsync(new.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
