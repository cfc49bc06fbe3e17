"""What a copy of a backup has so far: a file of its own beside the database, so that a copy of any
size needs little memory and goes on after a kill.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

TABLES = """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE before (path TEXT PRIMARY KEY, sum TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE done (path TEXT PRIMARY KEY, sum TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE fault (kind TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (kind, subject))
        WITHOUT ROWID;
"""


class Done(NamedTuple):
    """A file that is in the copy: its path there, and its SHA-256."""

    path: str
    sum: str


class CopyList:
    """``about`` are facts of the copy, as texts. ``before`` has the sums of the copy before."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError where there is none; one that is damaged is none."""
        self._path = path
        try:
            self._database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False
            )
            self._database.execute("PRAGMA synchronous=NORMAL")
            self.about: dict[str, str] = dict(
                self._database.execute("SELECT name, value FROM about").fetchall()
            )
        except sqlite3.DatabaseError as error:
            raise FileNotFoundError(path) from error

    @classmethod
    def create(
        cls, path: Path, about: Mapping[str, str], before: Iterable[tuple[str, str]]
    ) -> Self:
        """``before`` may be the same path twice; the last one counts. Raises OSError, such as for a
        full disk.
        """
        cls.remove(path)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with _told(path), closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.executescript(TABLES)
            database.executemany("INSERT OR REPLACE INTO before VALUES (?, ?)", before)
            database.executemany("INSERT INTO about VALUES (?, ?)", about.items())
            database.commit()
        return cls(path)

    @classmethod
    def remove(cls, path: Path) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()

    def close(self) -> None:
        self._database.close()

    def before(self, path: str) -> str:
        """The sum of a file in the copy before; "" where that isn't known."""
        row = self._database.execute("SELECT sum FROM before WHERE path = ?", (path,)).fetchone()
        return row[0] if row else ""

    def note(
        self, done: Iterable[Done], faults: Iterable[tuple[str, str]], about: Mapping[str, str]
    ) -> None:
        """All of it or nothing. Raises OSError, such as for a full disk."""
        with _told(self._path), self._database as database:
            database.executemany("INSERT OR REPLACE INTO done VALUES (?, ?)", done)
            database.executemany("INSERT OR IGNORE INTO fault VALUES (?, ?)", faults)
            database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
        self.about |= about

    def sums(self) -> Iterator[tuple[str, str]]:
        """Of all files that are in the copy, by path."""
        yield from self._database.execute("SELECT path, sum FROM done ORDER BY path")

    def count(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM done").fetchone()[0])

    def faults(self, kind: str, limit: int) -> list[str]:
        """The first ones of a kind, in order."""
        query = "SELECT subject FROM fault WHERE kind = ? ORDER BY subject LIMIT ?"
        return [row[0] for row in self._database.execute(query, (kind, limit))]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(
            f"What the copy has so far can't be written down in {path.parent}: {error}. It needs "
            "room on the disk of the data folder, too."
        ) from error
