"""Where bytes live on local disk.

``public/`` holds nothing but files that anyone may fetch until somebody deletes them; a file's path
under it is its URL's path, so a reverse proxy can serve it. ``private/`` holds all others under the
same relative paths. ``tmp/`` is where uploads arrive, on the same disk, so that publishing is a
rename. Who moves a file has written that down before (`services.place`), so nobody else touches its
path meanwhile.
"""

from __future__ import annotations

import heapq
import io
import itertools
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from media.errors import StorageFull, StorageMissing, is_full
from media.storage.durable import fsync, fsync_folders, make_folder, write_whole

# says which database the files belong to; missing when the disk is not mounted
MARKER = ".keepsake"
PUBLIC, PRIVATE = "public", "private"
ROOTS = (PUBLIC, PRIVATE)
_TRIAL = f"{MARKER}-trial"
MIN_FREE_NAMES = 200  # on the disk: some hundred uploads' worth, and the database's own
_FILE_MODE = {PUBLIC: 0o644, PRIVATE: 0o600}  # a reverse proxy runs as somebody else


class Storage:
    def __init__(self, data: Path) -> None:
        self.data, self._data = data, str(data)
        self.touched_at = touched_at
        self.tmp = data / "tmp"

    def prepare(self) -> None:
        """Make the folders that aren't there. Others may read ``public/``; the rest is ours
        alone.
        """
        for name, mode in ((PUBLIC, 0o755), (PRIVATE, 0o700), ("tmp", 0o700)):
            folder = self.data / name
            folder.mkdir(exist_ok=True)
            if folder.stat().st_mode & 0o777 & ~mode:
                folder.chmod(mode)
        fsync(self.data)

    def prepare_tmp(self) -> None:
        """Bring ``tmp/`` back where somebody cleared it away."""
        self.tmp.mkdir(mode=0o700, exist_ok=True)

    def mark(self, site_id: str, known: Mapping[str, str]) -> None:
        """Claim roots for a site. ``known`` has, for each root that holds files of the site, the
        path of one.

        A root is claimed while it is empty and should be, or where a power cut emptied its mark and
        the known file is there. Roots that carry another site's mark, or lost theirs, are left
        alone.
        """
        for root in ROOTS:
            marker = self.data / root / MARKER
            if root in known:
                claimable = marker.exists() and self.path(root, known[root]).exists()
            else:
                claimable = all(
                    path.name.startswith(MARKER) for path in (self.data / root).iterdir()
                )
            if not self._read_mark(root) and claimable:
                write_whole(marker, site_id, 0o644)

    def check(self, site_id: str) -> None:
        """Raises StorageMissing unless both roots are there and belong to the site."""
        for root in ROOTS:
            if self._read_mark(root) != site_id:
                raise StorageMissing(
                    f"The storage is not available: {root}/ is not there, or not this site's"
                )

    def _read_mark(self, root: str) -> str:
        try:
            return (self.data / root / MARKER).read_text()
        except OSError:
            return ""

    def check_space(self, min_free_bytes: int) -> None:
        """Raises StorageFull where bytes or names (inodes, of which some file systems have a fixed
        number) are short.
        """
        disk = os.statvfs(self.data)
        if disk.f_bavail * disk.f_frsize < min_free_bytes or (
            disk.f_files and disk.f_favail < MIN_FREE_NAMES
        ):
            raise StorageFull()

    def check_writable(self) -> None:
        """Raises StorageMissing where a folder can't be written to: a disk mounted read-only, or
        somebody else's folder.
        """
        for folder in (self.data / PUBLIC, self.data / PRIVATE, self.tmp):
            if not os.access(folder, os.W_OK | os.X_OK):
                raise _not_writable(folder)

    def try_writing(self) -> None:
        """Raises StorageMissing or StorageFull where a small file doesn't get to the disk: a
        failing one looks writable until then.
        """
        for folder in (self.tmp, self.data / PUBLIC, self.data / PRIVATE):
            try:
                write_whole(folder / _TRIAL, "ok")
                (folder / _TRIAL).unlink()
            except OSError as error:
                raise StorageFull() if is_full(error) else _not_writable(folder) from error

    def path(self, root: str, relative: str) -> Path:
        """Where a file lies. Raises ValueError for a path that would leave its root."""
        return Path(self._checked(root, relative))

    def open(self, root: str, relative: str) -> io.FileIO:
        """A file for reading, without a buffer. Raises OSError, and ValueError for a path that
        would leave its root.
        """
        return io.FileIO(self._checked(root, relative))

    def _checked(self, root: str, relative: str) -> str:
        base = f"{self._data}/{root}/"
        path = os.path.normpath(base + relative)
        if not path.startswith(base) or relative.startswith("/") or "\0" in relative:
            raise ValueError(f"{relative!r} leaves its folder")
        return path

    def holds_any(self, files: Sequence[str]) -> bool:
        """Whether a file lies at one of these paths in either root, with a row or without."""
        return any(
            os.path.lexists(self.path(root, relative)) for relative in files for root in ROOTS
        )

    def publish(self, root: str, files: Sequence[tuple[Path, str]]) -> None:
        """Move temp files to their places under ``root`` and make sure that they are on the
        disk.
        """
        for temp, relative in files:
            self._place(temp, root, relative)
        fsync_folders(self.path(root, relative).parent for _, relative in files)

    def move(self, files: Sequence[str], source: str, target: str) -> None:
        """Move files from one root to the other. What is lost already stays lost."""
        for relative in files:
            if self.path(source, relative).exists():
                self._place(self.path(source, relative), target, relative)
        # Where they are comes first: no moment has them in neither.
        fsync_folders(
            self.path(root, relative).parent for root in (target, source) for relative in files
        )

    def settle(self, homes: Mapping[str, str | None]) -> None:
        """Bring each file to its root, wherever it is, and remove it where it should not be. None:
        it is in no row.
        """
        for relative, home in homes.items():
            for root in ROOTS:
                stray = self.path(root, relative)
                if root == home or not stray.exists():
                    continue
                if home and not self.path(home, relative).exists():
                    self._place(stray, home, relative)
                    fsync(self.path(home, relative).parent)
                else:
                    stray.unlink(missing_ok=True)
        fsync_folders(self.path(root, relative).parent for relative in homes for root in ROOTS)

    def _place(self, file: Path, root: str, relative: str) -> None:
        """A rename: a file under a final name is whole from its first moment."""
        target = self.path(root, relative)
        file.chmod(_FILE_MODE[root])
        fsync(file)
        make_folder(target.parent)
        os.replace(file, target)

    def folders(self, after: str = "") -> Iterator[str]:
        """Every folder below ``images/`` of either root that has files, such as ``2026/11/25``, in
        order, part by part, from behind ``after``. The disk is read as far as somebody asks."""
        behind = tuple(after.split("/")) if after else ()
        found = heapq.merge(*(_folders(self.data / root / "images", (), behind) for root in ROOTS))
        yield from ("/".join(parts) for parts, _ in itertools.groupby(found))

    def files_in(self, folder: str) -> Iterator[tuple[str, str]]:
        """(root, relative path) of each file in a folder below ``images/``."""
        for root in ROOTS:
            try:
                names = sorted(
                    entry.name
                    for entry in os.scandir(self.path(root, f"images/{folder}"))
                    if entry.is_file()
                )
            except FileNotFoundError:
                continue
            yield from ((root, f"images/{folder}/{name}") for name in names)

    def last_touched(self, root: str, relative: str) -> float:
        """When a file was written or moved last, in seconds since 1970; now, where it is gone."""
        return self.touched_at(self.path(root, relative))

    def leftovers(self, older_than: float) -> list[Path]:
        """Temp files untouched for ``older_than`` seconds."""
        before = time.time() - older_than
        return [path for path in _files(self.tmp) if self.touched_at(path) <= before]

    def remove_empty_folders(self, older_than: float) -> None:
        """Date folders with nothing in them; not one that an upload may just have made."""
        before = time.time() - older_than
        for root in ROOTS:
            for folder, _, _ in os.walk(self.data / root, topdown=False):
                if Path(folder) != self.data / root and self.touched_at(Path(folder)) < before:
                    try:
                        Path(folder).rmdir()
                    except OSError:
                        pass  # not empty

    def old_bin(self) -> list[str]:
        """What an earlier version was deleting when it ended: ``<public id>/<root>/<relative
        path>``, below ``bin/``.
        """
        return sorted(
            path.relative_to(self.data / "bin").as_posix() for path in _files(self.data / "bin")
        )

    def empty_old_bin(self, rescued: Sequence[str]) -> None:
        """End it; ``rescued`` ones go back to their places."""
        for entry in rescued:
            _, root, relative = entry.split("/", 2)
            self._place(self.data / "bin" / entry, root, relative)
            fsync(self.path(root, relative).parent)
        shutil.rmtree(self.data / "bin", ignore_errors=True)


def _not_writable(folder: Path) -> StorageMissing:
    return StorageMissing(f"The storage is not available: {folder.name}/ can't be written to")


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent) / name


def _folders(base: Path, at: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    try:
        entries = sorted(os.scandir(base.joinpath(*at)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return  # gone since it was listed
    name = at or (".",)
    if name > after and not all(entry.is_dir() for entry in entries):
        yield name
    for below in ((*at, entry.name) for entry in entries if entry.is_dir(follow_symlinks=False)):
        if below >= after[: len(below)]:
            yield from _folders(base, below, after)


def touched_at(path: Path) -> float:
    """When a file was written or moved last, in seconds since 1970; now, where it is gone."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return time.time()
    return max(stat.st_mtime, stat.st_ctime)  # a rename keeps the first and sets the second
