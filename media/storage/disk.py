"""The storage on a local disk: a folder for each root.

A file's path under ``public/`` is its URL's path, so a reverse proxy can serve it. ``tmp/`` is on
the same disk, so publishing is a rename.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path

from media.storage import (
    PRIVATE,
    PUBLIC,
    ROOTS,
    OpenFile,
    Space,
    State,
    aside,
    health,
    mark,
    state,
    walk,
)
from media.storage.durable import fsync, fsync_folders, put
from media.storage.held import Held
from media.storage.shut import reopen, shut
from media.storage.temp import TempFolder
from media.storage.touched import Touched, touched_at

FILE_MODE = {PUBLIC: 0o644, PRIVATE: 0o600}  # a reverse proxy runs as somebody else


class DiskStorage:
    """See `Storage` for what each method does. ``data`` is the folder that holds the roots;
    ``touched`` tells when a file was touched.
    """

    def __init__(self, data: Path, touched: Touched = touched_at) -> None:
        self._data, self._touched = data, touched
        self._roots = tuple(data / root for root in ROOTS)
        self._base = {root: f"{data}/{root}/" for root in ROOTS}
        self.temp = TempFolder(data / "tmp", touched)
        self._held = Held(data / "held")

    def prepare(self) -> None:
        """Others may read ``public/``; the rest is ours alone."""
        for name, mode in ((PUBLIC, 0o755), (PRIVATE, 0o700), (self.temp.path.name, 0o700)):
            folder = self._data / name
            folder.mkdir(exist_ok=True)
            if folder.stat().st_mode & 0o777 & ~mode:
                folder.chmod(mode)
        fsync(self._data)

    def let_proxies_read(self, may: bool) -> None:
        """Whether a proxy on this machine may serve ``public/`` by itself."""
        (reopen if may else shut)(self._data / PUBLIC, self._data / "public.mode")

    def mark(self, site_id: str, known: Mapping[str, str]) -> None:
        for root in ROOTS:
            has_known = root in known and self._path(root, known[root]).exists()
            mark.claim(self._data / root, site_id, has_known if root in known else None)

    def check(self, site_id: str) -> None:
        mark.check(self._roots, site_id)

    def check_writable(self) -> None:
        health.check_writable([*self._roots, self.temp.path])

    def try_writing(self) -> None:
        health.try_writing([self.temp.path, *self._roots])

    def space(self) -> Space:
        return health.space(self._data)

    def open(self, root: str, path: str) -> OpenFile:
        return _opened(self._checked(root, path))

    def holds_any(self, paths: Sequence[str]) -> bool:
        return any(os.path.lexists(self._checked(root, path)) for path in paths for root in ROOTS)

    def publish(self, root: str, files: Sequence[tuple[Path, str]]) -> None:
        for temp, path in files:
            self._put(temp, root, path)
        fsync_folders(self._path(root, path).parent for _, path in files)

    def move(self, paths: Sequence[str], source: str, target: str) -> None:
        for path in paths:
            file = self._path(source, path)
            if file.exists():
                # the folder of the private root is ours alone, whatever the mode of a file there
                self._put(file, target, path, is_synced=target == PRIVATE)
        folders = dict.fromkeys(path.rpartition("/")[0] for path in paths)
        # Where they are comes first: no moment has them in neither.
        fsync_folders(self._path(root, folder) for root in (target, source) for folder in folders)

    def withdraw(self, root: str, paths: Sequence[str]) -> None:
        home = PRIVATE if root == PUBLIC else PUBLIC
        for path in paths:
            stray, target = self._path(root, path), self._path(home, path)
            if stray.exists() and target.exists():
                self._held.remove(stray, root, path)
            elif stray.exists():
                self._put(stray, home, path)
                fsync(target.parent)
        fsync_folders(self._path(root, path).parent for path in paths)

    def delete(self, paths: Sequence[str]) -> None:
        files = [(self._path(root, path), root, path) for path in paths for root in ROOTS]
        for file, root, path in files:
            self._held.remove(file, root, path)
        fsync_folders(file.parent for file, _, _ in files)

    def hold(self) -> None:
        self._held.begin()

    def open_held(self, root: str, path: str) -> OpenFile:
        self._checked(root, path)
        return _opened(self._held.path(root, path))

    def held_since(self) -> float | None:
        return self._held.since()

    def let_go(self) -> None:
        self._held.end()

    def folders(self, after: str = "") -> Iterator[str]:
        return walk.folders([folder / "images" for folder in self._roots], after)

    def list(self, folder: str) -> Iterator[tuple[str, str]]:
        for root in ROOTS:
            for name in walk.names(self._path(root, f"images/{folder}")):
                yield root, f"images/{folder}/{name}"

    def last_touched(self, root: str, path: str) -> float:
        return self._touched(self._path(root, path))

    def state(self, root: str, path: str) -> State | None:
        return state.of(self._path(root, path), root)

    def entries(self, folder: str) -> Iterator[tuple[str, str, State]]:
        for root in ROOTS:
            for name, found in state.entries(self._path(root, f"images/{folder}"), root):
                yield root, f"images/{folder}/{name}", found

    def strangers(self) -> Iterator[str]:
        for folder in self._roots:
            for path in sorted(folder.iterdir()):
                if path.name not in ("images", mark.MARKER):
                    yield f"{folder.name}/{path.name}"

    def keeps_private(self) -> bool:
        return health.keeps_private(self.temp.path)

    def set_mode(self, root: str, path: str) -> None:
        file = self._path(root, path)
        file.chmod(FILE_MODE[root])
        fsync(file)

    def set_aside(self, kept_in: str, root: str, path: str, *, stays: bool = False) -> str:
        return aside.put(self._data, kept_in, root, self._path(root, path), path, stays=stays)

    def has_aside(self, older_than: float) -> bool:
        return aside.has_any(self._data, older_than, self._touched)

    def clear_aside(self, older_than: float) -> int:
        return aside.clear(self._data, older_than, self._touched)

    def tidy(self, older_than: float) -> None:
        for folder in self._roots:
            walk.remove_empty_folders(folder, older_than, self._touched)

    def _path(self, root: str, path: str) -> Path:
        return Path(self._checked(root, path))

    def _checked(self, root: str, path: str) -> str:
        base = self._base[root]
        absolute = os.path.normpath(base + path)
        if not absolute.startswith(base) or path.startswith("/") or "\0" in path:
            raise ValueError(f"{path!r} leaves its folder")
        return absolute

    def _put(self, file: Path, root: str, path: str, *, is_synced: bool = False) -> None:
        put(file, self._path(root, path), FILE_MODE[root], is_synced=is_synced)


def _opened(path: str | Path) -> OpenFile:
    file = FileIO(path, opener=_without_waiting)
    stat = os.fstat(file.fileno())
    return OpenFile(file, stat.st_size, stat.st_mtime_ns)


def _without_waiting(path: str, flags: int) -> int:
    """A named pipe under the name of a file would wait for somebody who writes into it."""
    return os.open(path, flags | os.O_NONBLOCK)
