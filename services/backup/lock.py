"""One copy at a time: of this site, and into one folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class BackupRuns(Exception):
    """Another backup is being made just now."""


@contextlib.contextmanager
def locked(*folders: Path) -> Iterator[None]:
    """Held by one process. A disk without locks, such as some of the network, goes without. Raises
    BackupRuns.
    """
    with contextlib.ExitStack() as opened:
        for folder in folders:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            opened.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupRuns(f"Another backup is being made. {folder} is in use.") from None
            except OSError:
                continue
        yield
