"""What is removed while a backup is made, kept until that is done: ``held/<root>/<path>``.

Nobody is served from there. A name may get free and be taken again meanwhile, so what counts under
it is the first file that was held since the database was copied: that is the one its rows mean.
"""

from __future__ import annotations

import contextlib
import os
import shutil
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
        shutil.rmtree(gone, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            self.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

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
        if self._since.exists():
            target = self.path(root, path)
            # Whatever keeps it from being held, it must go: a full disk is why people delete.
            with contextlib.suppress(OSError):
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    os.replace(file, target)
        file.unlink(missing_ok=True)
