"""What is removed while a backup is made, kept until that is done: ``held/<root>/<path>``.

Nobody is served from there. A name may get free and be taken again meanwhile, so what counts under
it is the first file that was held since the database was copied: that is the one its rows mean.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from media.storage.durable import write_whole

SINCE = "since"  # its time says when the database was copied; without it nothing is held


class Held:
    """Below ``folder``, a folder on the disk of the roots; any process may remove files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._since = folder, folder / SINCE

    def begin(self) -> None:
        """From now on files are held. What was held before is let go of."""
        self.end()
        self.folder.mkdir(mode=0o700)
        write_whole(self._since, "")

    def end(self) -> None:
        """No file is held any more, and none is left. Twice does no harm."""
        gone = self.folder.with_name(self.folder.name + ".gone")
        _clear(gone)
        with contextlib.suppress(FileNotFoundError):
            self.folder.rename(gone)
        _clear(gone)

    def since(self) -> float | None:
        """When it was begun, in seconds of the epoch; None where nothing is held."""
        try:
            return self._since.stat().st_mtime
        except FileNotFoundError:
            return None

    def path(self, root: str, path: str) -> Path:
        return self.folder / root / path

    def remove(self, file: Path, root: str, path: str) -> None:
        """Take ``file`` out of its root: it is held, or deleted. What isn't there is no error."""
        # Whatever keeps it from being held, it must go: a full disk is why people delete.
        with contextlib.suppress(OSError), self._opened() as handle:
            _move_into(handle, file, f"{root}/{path}")
        file.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder itself, which may lose its name meanwhile. Raises FileNotFoundError where
        nothing is held.
        """
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.stat(SINCE, dir_fd=handle)
            yield handle
        finally:
            os.close(handle)


def _move_into(handle: int, file: Path, path: str) -> None:
    """Into the folder of ``handle``, unless that has the path already. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        os.stat(path, dir_fd=handle)
        return
    for end in (place for place, sign in enumerate(path) if sign == "/"):
        with contextlib.suppress(FileExistsError):
            os.mkdir(path[:end], dir_fd=handle)
    os.replace(file, path, dst_dir_fd=handle)


def _clear(folder: Path) -> None:
    """Once more, where somebody who had it open put a file into it meanwhile."""
    for _ in range(3):
        shutil.rmtree(folder, ignore_errors=True)
