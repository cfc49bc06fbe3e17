"""What was blanked in files, read outside of a session: by the server's loop, while it sends."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from models.base import connector

BUSY_SECONDS = 1.0  # a reader waits for nobody, as a rule (write-ahead log)


class Originals:
    """Opens the database when it is first asked, and holds no transaction between two questions."""

    def __init__(self, path: Path) -> None:
        self._connect = connector(path, BUSY_SECONDS)
        self._connection: sqlite3.Connection | None = None

    def of(self, upload_id: int) -> bytes | None:
        """Of an upload's row; None where nothing was blanked, or it has been deleted."""
        query = "SELECT originals FROM scrubbing WHERE upload_id = ?"
        return self._ask(query, upload_id)

    def head(self, upload_id: int, length: int) -> bytes:
        """So many bytes of it; of none b""."""
        query = "SELECT substr(originals, 1, ?) FROM scrubbing WHERE upload_id = ?"
        return self._ask(query, length, upload_id) or b""

    def _ask(self, query: str, *values: int) -> bytes | None:
        self._connection = self._connection or self._connect()
        with contextlib.closing(self._connection.execute(query, values)) as cursor:
            found = cursor.fetchone()
        return bytes(found[0]) if found else None

    def close(self) -> None:
        if self._connection:
            self._connection.close()
