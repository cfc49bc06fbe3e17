"""Every step that a process takes on its disk or in its database, found by listening, not from a
list of ours.

Python's audit events tell of each call that changes a folder, wrapped functions of writes and
fsyncs, SQLAlchemy's events of statements and commits. Only for processes that end soon: an audit
hook can't be taken off.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

CHANGES = {
    "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink",
    "os.truncate", "fcntl.flock", "sqlite3.connect",
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Listener = Callable[[str], None]


def listen(
    before: Listener,
    *,
    synced: Callable[[int], None] = lambda handle: None,
    committed: Callable[[], None] = lambda: None,
) -> None:
    """Call ``before`` with a step's name, before it happens; ``synced`` after each fsync,
    ``committed`` after each commit.
    """
    _listen_to_the_system(before, synced)
    _listen_to_the_database(before, committed)


def _listen_to_the_system(before: Listener, synced: Callable[[int], None]) -> None:
    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        if name in CHANGES or (
            name == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        ):
            before(f"{name} {arguments[0]}")

    fsync, write = os.fsync, os.write

    def heard_fsync(handle: int) -> None:
        before(f"fsync {Path(f'/proc/self/fd/{handle}').readlink()}")
        fsync(handle)
        synced(handle)

    def heard_write(handle: int, data: bytes) -> int:
        before("write")
        return write(handle, data)

    os.fsync, os.write = heard_fsync, heard_write  # type: ignore[assignment]
    sys.addaudithook(hear)


def _listen_to_the_database(before: Listener, committed: Callable[[], None]) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            before(f"statement {text[:40]}")

    @event.listens_for(Engine, "commit")
    def commit(connection: Any) -> None:
        """Commits itself: SQLAlchemy has no event for when that is done. Its own commit then has
        nothing to do.
        """
        before("commit")
        driver = connection.connection.driver_connection
        if driver.in_transaction:
            driver.commit() if driver.isolation_level is not None else driver.execute("COMMIT")
            committed()
            before("committed")
