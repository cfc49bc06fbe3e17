"""What people did since an update, which the way back over a change of the database undoes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from deploy.update.databases import SECONDS

COUNTED = ("upload", "album", "user")
# What Keepsake writes by itself, or counts. All else counts as somebody's, also what comes later.
OF_ITSELF = {
    "alembic_version", "attempt", "flow", "idempotency_key", "job", "journal", "kind_tally",
    "known_damage", "seen_sums", "shown_once", "site_fact", "space", "spent", "tag_tally", "tally",
    "twin",
}  # fmt: skip
TABLES = "WHERE type = 'table'"
INDEXES = ("sqlite_", "upload_fts")
BY_ITSELF = {"views", "last_used_at", "last_used_from", "is_damaged"}  # columns, of any table


class Loss(NamedTuple):
    """Rows that are only in the newer database, only in the older one, or different in both, by
    table; and the other tables that differ.
    """

    new: dict[str, int]
    gone: dict[str, int]
    edited: dict[str, int]
    others: list[str]

    def __bool__(self) -> bool:
        counts = (*self.new.values(), *self.gone.values(), *self.edited.values())
        return any(counts) or bool(self.others)

    def __str__(self) -> str:
        told = ", ".join(
            f"{self.new[table]} {table}s since then, {self.gone[table]} deleted, "
            f"{self.edited[table]} edited"
            for table in self.new
        )
        names = ", ".join(name.replace("_", " ") for name in self.others)
        return told + (f"; changes also in: {names}" if names else "")


def between(newer: Path, older: Path) -> Loss:
    """What both databases can have: a column of one alone is the update's."""
    with closing(sqlite3.connect(newer.as_uri(), timeout=SECONDS, uri=True)) as database:
        database.execute("ATTACH ? AS older", (f"{older.as_uri()}?mode=ro",))
        tables = dict(_tables(database))
        new, gone, edited = {}, {}, {}
        for table in COUNTED:
            new[table] = _missing(database, table, "main", "older")
            gone[table] = _missing(database, table, "older", "main")
            edited[table] = _edited(database, table, tables[table])
        others = [
            table
            for table, columns in sorted(tables.items())
            if table not in COUNTED and _differs(database, table, columns)
        ]
    return Loss(new, gone, edited, others)


def _tables(database: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Those of both, with the columns of both."""
    names = [
        {row[0] for row in database.execute(f"SELECT name FROM {one}.sqlite_master {TABLES}")}  # noqa: S608
        for one in ("main", "older")
    ]
    for table in names[0] & names[1] - OF_ITSELF:
        if not table.startswith(INDEXES):
            columns = [
                {row[1] for row in database.execute(f'PRAGMA {one}.table_info("{table}")')}
                for one in ("main", "older")
            ]
            yield table, sorted(columns[0] & columns[1] - BY_ITSELF)


def _missing(database: sqlite3.Connection, table: str, one: str, other: str) -> int:
    return _count(
        database,
        f'SELECT count(*) FROM {one}."{table}" '  # noqa: S608 -- names of ours
        f'WHERE id NOT IN (SELECT id FROM {other}."{table}")',
    )


def _edited(database: sqlite3.Connection, table: str, columns: list[str]) -> int:
    newer, older = (", ".join(f'{one}."{name}"' for name in columns) for one in "ab")
    return _count(
        database,
        f'SELECT count(*) FROM main."{table}" a JOIN older."{table}" b USING (id) '  # noqa: S608
        f"WHERE ({newer}) IS NOT ({older})",
    )


def _differs(database: sqlite3.Connection, table: str, columns: list[str]) -> bool:
    names = ", ".join(f'"{name}"' for name in columns)
    sides = [f'SELECT {names} FROM {one}."{table}"' for one in ("main", "older")]  # noqa: S608
    return any(
        _count(database, f"SELECT EXISTS ({one} EXCEPT {other})")
        for one, other in (sides, reversed(sides))
    )


def _count(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0])
