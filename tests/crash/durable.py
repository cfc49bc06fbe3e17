"""What a power cut leaves, strictly: contents that were fsynced, names in folders that were, and
the database of the last commit.

A real disk keeps more than that, or less order; a program that is right here is right on every
disk. A file whose name is kept and whose content was not fsynced comes back empty.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

DATABASE = "keepsake.sqlite3"


class Durable:
    """Folders and files by inode. Handles are kept open, so that the system gives no inode to
    another file.
    """

    def __init__(self, top: Path) -> None:
        """All that lies below ``top`` now is on the disk."""
        self.top = top
        self.names: dict[int, dict[str, int]] = {}
        self.contents: dict[int, tuple[bytes, int]] = {}
        self.database: dict[int, tuple[bytes, bytes | None]] = {}  # with its log
        self.handles: list[int] = []
        self.changes = 0
        for folder, _, files in os.walk(top):
            for path in [Path(folder), *(Path(folder) / name for name in files)]:
                self._keep(os.open(path, os.O_RDONLY))
        for path in top.rglob(DATABASE):
            self.committed(path)

    def synced(self, handle: int) -> None:
        self._keep(os.dup(handle))

    def _keep(self, handle: int) -> None:
        self.handles.append(handle)
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            children = {
                name: os.stat(name, dir_fd=handle, follow_symlinks=False)
                for name in os.listdir(handle)
            }
            self.names[status.st_ino] = {name: child.st_ino for name, child in children.items()}
            for child in children.values():
                if stat.S_ISDIR(child.st_mode):
                    self.names.setdefault(child.st_ino, {})  # what is in it is another matter
        else:
            path = Path(f"/proc/self/fd/{handle}").readlink()
            self.contents[status.st_ino] = (
                self._read(path) if path.exists() else b"",
                status.st_mode & 0o777,
            )
        self.changes += 1

    def committed(self, path: Path) -> None:
        """SQLite fsyncs its files before a commit is done, and the folder when it makes one. A copy
        of it is no concern of ours.
        """
        if not path.exists():
            return
        log = path.with_name(path.name + "-wal")
        inode = path.stat().st_ino
        self.database = {inode: (self._read(path), self._read(log) if log.exists() else None)}
        self.names.setdefault(path.parent.stat().st_ino, {})[path.name] = inode
        self.changes += 1

    def _read(self, path: Path) -> bytes:
        """Without closing it: that would end the locks that SQLite has on it in this process
        (POSIX).
        """
        handle = os.open(path, os.O_RDONLY)
        self.handles.append(handle)
        return os.pread(handle, os.fstat(handle).st_size, 0)

    def rebuild(self, target: Path) -> None:
        """Make ``target`` what the disk would have."""
        self._rebuild_folder(self.top.stat().st_ino, target)

    def _rebuild_folder(self, inode: int, target: Path) -> None:
        target.mkdir()
        for name, child in self.names.get(inode, {}).items():
            if name.endswith(("-wal", "-shm")):
                continue  # with their database
            if child in self.names:
                self._rebuild_folder(child, target / name)
            elif child in self.database:
                main, log = self.database[child]
                (target / name).write_bytes(main)
                if log is not None:
                    (target / f"{name}-wal").write_bytes(log)
            else:
                content, mode = self.contents.get(child, (b"", 0o600))
                (target / name).write_bytes(content)
                (target / name).chmod(mode)
