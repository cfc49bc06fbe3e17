"""Faults of the machine under the database: full, read-only, locked, damaged, gone. One exception
for all of them.

SQLite's result codes tell them from mistakes in our own SQL (https://sqlite.org/rescode.html).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

REASONS = {
    sqlite3.SQLITE_PERM: "may not be opened",
    sqlite3.SQLITE_BUSY: "is locked by another program",
    sqlite3.SQLITE_LOCKED: "is locked",
    sqlite3.SQLITE_NOMEM: "has no memory",
    sqlite3.SQLITE_READONLY: "can't be written to",
    sqlite3.SQLITE_IOERR: "can't be read or written",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_FULL: "has no room on its disk",
    sqlite3.SQLITE_CANTOPEN: "can't be opened",
    sqlite3.SQLITE_PROTOCOL: "is locked by another program",
    sqlite3.SQLITE_NOTADB: "is damaged",
}


class DatabaseFault(Exception):
    """The message is a sentence. ``is_full``: the disk is full."""

    def __init__(self, reason: str, *, is_full: bool = False) -> None:
        super().__init__(f"The database {reason}")
        self.is_full = is_full


def fault_of(error: BaseException | None) -> DatabaseFault | None:
    """The fault behind ``error``; None for an error of another kind."""
    if not isinstance(error, sqlite3.Error):
        return None
    # extended codes have the primary one in the low byte
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in REASONS:
        return DatabaseFault(REASONS[code], is_full=code == sqlite3.SQLITE_FULL)
    if "no such table" in str(error):  # ours all exist after a start
        return DatabaseFault("is not the one that this server started with")
    return None


@event.listens_for(Engine, "handle_error")
def _tell_faults(context: Any) -> None:
    fault = fault_of(context.original_exception)
    if fault:
        raise fault from context.original_exception
