"""What a restore has to do: a little database that is on no disk for longer than the restore, so
that a copy of any size needs little memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Self

from models.faults import fault_of

_TABLES = """
    CREATE TABLE file (path TEXT PRIMARY KEY, sum TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE alike (path TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE kept (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class RestoreList:
    """Files of a copy with their SHA-256, by path; "" for what can't be read. ``alike`` are those
    that the site may have already, ``kept`` those that it has.
    """

    def __init__(self) -> None:
        # without a name it lies in a temp file of SQLite's own (https://sqlite.org/inmemorydb.html)
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)

    @classmethod
    def of(cls, sums: Iterable[tuple[str, str]]) -> Self:
        """The same path twice: the last one counts. Raises DatabaseFault for a full disk."""
        made = cls()
        made._insert("INSERT OR REPLACE INTO file VALUES (?, ?)", sums)
        return made

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM file").fetchone()[0])

    def __contains__(self, path: str) -> bool:
        return self.sum(path) is not None

    def sum(self, path: str) -> str | None:
        row = self._database.execute("SELECT sum FROM file WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def items(self) -> Iterator[tuple[str, str]]:
        yield from self._database.execute("SELECT path, sum FROM file ORDER BY path")

    def note_alike(self, paths: Iterable[str]) -> None:
        self._insert("INSERT OR IGNORE INTO alike VALUES (?)", ((path,) for path in paths))

    def alike(self) -> Iterator[tuple[str, str]]:
        yield from self._database.execute("SELECT path, sum FROM alike JOIN file USING (path)")

    def keep(self, paths: Iterable[str]) -> None:
        self._insert("INSERT OR IGNORE INTO kept VALUES (?)", ((path,) for path in paths))

    def count_of_kept(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM kept").fetchone()[0])

    def new(self) -> Iterator[tuple[str, str]]:
        """What isn't kept."""
        yield from self._database.execute(
            "SELECT path, sum FROM file WHERE path NOT IN (SELECT path FROM kept) ORDER BY path"
        )

    def is_new(self, path: str) -> bool:
        query = "SELECT 1 FROM kept WHERE path = ?"
        return path in self and not self._database.execute(query, (path,)).fetchone()

    def _insert(self, statement: str, rows: Iterable[tuple[str, ...]]) -> None:
        try:
            self._database.executemany(statement, rows)
        except sqlite3.Error as error:
            raise fault_of(error) or error from error
