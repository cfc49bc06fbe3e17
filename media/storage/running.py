"""Which processes work on a data folder now: servers and commands.

Each holds a lock (``flock``) on a file of its own in ``locks/`` for as long as it lives; however it
ends, the system lets go of it. So a process that is gone can be told from one that is still at
work.
"""

from __future__ import annotations

import fcntl
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from media.storage.durable import make_folder

EXCLUSIVE = "exclusive"
# how long a start waits for another one, which may be changing a large database
EXCLUSIVE_SECONDS = 600.0


class Occupied(Exception):
    """Another process did not let go in time."""


class Running:
    """This process's place among those that work on ``data``."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.folder = data / "locks"
        self.id = secrets.token_hex(8)
        self._own: IO[str] | None = None

    @contextmanager
    def exclusive(self, seconds: float = EXCLUSIVE_SECONDS) -> Iterator[None]:
        """Held by one at a time: by a start until it is done, and by who settles what another
        process left. Raises Occupied.
        """
        if not self.data.exists():
            make_folder(self.data)
            # a reverse proxy passes through to public/; nobody lists what is here
            self.data.chmod(0o711)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        deadline = time.monotonic() + seconds
        with (self.folder / EXCLUSIVE).open("w") as file:
            while not _taken(file):
                if time.monotonic() > deadline:
                    raise Occupied(
                        "Another Keepsake process is starting on this data folder and does not "
                        "finish."
                    )
                time.sleep(0.02)
            yield

    def enter(self) -> None:
        """From now on this process counts. Call it while exclusive."""
        self._own = (self.folder / self.id).open("w")
        _taken(self._own)

    def leave(self) -> None:
        if self._own:
            (self.folder / self.id).unlink(missing_ok=True)
            self._own.close()
            self._own = None

    def is_alive(self, process: str) -> bool:
        """Whether a process that has entered is still at work."""
        if process == self.id:
            return True
        try:
            file = (self.folder / process).open()
        except FileNotFoundError:
            return False
        with file:
            return not _taken(file, fcntl.LOCK_SH)

    def others(self) -> set[str]:
        """Ids of the other processes that live. Forgets those that don't; call it while
        exclusive.
        """
        living = set()
        for path in self.folder.iterdir():
            if path.name in (EXCLUSIVE, self.id):
                continue
            try:
                file = path.open()
            except FileNotFoundError:
                continue  # it just left
            with file:
                if _taken(file):
                    path.unlink(missing_ok=True)
                else:
                    living.add(path.name)
        return living


def _taken(file: IO[str], how: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
