"""Whether anything was committed since, told without a query."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from models.base import connector, file_identity

State = tuple[int, int]


class Commits:
    """A connection that never writes, for which SQLite counts the commits of all others, of this
    process or another (https://sqlite.org/pragma.html#pragma_data_version).
    """

    def __init__(self, database: Path) -> None:
        self._path, self._connect = database, connector(database, busy_seconds=0)
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._opened = 0

    def state(self) -> State | None:
        """Equals an earlier one only where nothing was committed between the two. None: unknown, as
        the database can't be read.
        """
        with self._lock:
            try:
                connection = self._connected()
                return self._opened, connection.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error:
                self.close()
                return None

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connected(self) -> sqlite3.Connection:
        """To the file that is there now: a connection has the one that it opened, even where
        another took its place.
        """
        identity = file_identity(self._path)
        if self._connection is None or identity != self._identity:
            self.close()
            self._connection, self._identity = self._connect(), identity
            self._opened += 1
        return self._connection
