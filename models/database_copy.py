"""A database that no program works with: one in a backup, or one that was just restored. It may be
of an earlier version, so that rows can't be read as ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from models.base import add_functions
from models.faults import DatabaseFault, fault_of
from models.site_fact import SITE_ID

MOST_FAULTS = 10  # that are told of: one is as bad as a hundred
# What lets somebody in who had it when the copy was made, and may have lost it since: a browser
# that was logged out, a link that was used.
LETS_IN = ("user_session", "one_time_link")


class CopyFacts(NamedTuple):
    """``version`` is that of the schema, ``site_id`` "" where the database has none."""

    version: str
    site_id: str


def facts(path: Path) -> CopyFacts:
    """Raises DatabaseFault where it isn't a database of Keepsake."""
    with _reading(path) as database:
        (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        query = "SELECT value FROM site_fact WHERE name = ?"
        row = database.execute(query, (SITE_ID,)).fetchone()
        return CopyFacts(version, row[0] if row else "")


def faults(path: Path) -> list[str]:
    """What is damaged in it, by SQLite's own check; none: it is whole. Raises DatabaseFault."""
    with _reading(path) as database:
        told = [one for (one,) in database.execute(f"PRAGMA integrity_check({MOST_FAULTS})")]
        return [] if told == ["ok"] else told


def dangling(path: Path) -> list[str]:
    """Tables with rows that refer to missing ones. Raises DatabaseFault."""
    with _reading(path) as database:
        return sorted({table for table, *_ in database.execute("PRAGMA foreign_key_check")})


def end_what_lets_in(path: Path) -> None:
    """In a database that is being restored. Raises DatabaseFault."""
    with _told(), closing(sqlite3.connect(path)) as database, database:
        add_functions(database)
        database.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for table in LETS_IN:
            if (table,) in tables:
                database.execute(f"DELETE FROM {table}")  # noqa: S608 -- a name of ours


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Nothing is written beside it, and its disk may be read-only
    (https://sqlite.org/uri.html#uriimmutable).
    """
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with _told(), closing(sqlite3.connect(uri, uri=True)) as database:
        add_functions(database)
        yield database


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, TypeError) as error:  # no row: None can't be taken apart
        raise fault_of(error) or DatabaseFault("is none of Keepsake") from error
