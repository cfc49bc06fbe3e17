"""A site as an earlier version left it: today's rows, as far as that version knew of them, and the
files.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from models import connector
from models.migrate import migrate
from services.data_folder import DATABASE, MIGRATIONS
from tests.crash.scenes import furnish

REVISIONS = sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
RENAMED = {"site_setting": "site_fact"}  # tables, then and today
NOT_DATA = (
    "alembic_", "sqlite_", "upload_fts", "upload_words", "tally", "tag_tally", "space", "flow",
    "kind_tally", "twin",
)  # fmt: skip
# Columns that are gone today, as today's would have them, and what triggers count up anew.
THEN = {
    ("upload", "album_count"): "0",
    ("user", "is_admin"): "role = 'admin'",
    ("user", "is_banned"): "state = 'banned'",
    ("upload", "is_private"): "visibility = 'private'",
    ("upload", "album_id"): "(SELECT min(album_id) FROM album_upload WHERE upload_id = upload.id)",
}


def furnish_old(data: Path, revision: str) -> dict[str, Any]:
    facts = furnish(data)
    path, now = data / DATABASE, data / "now.sqlite3"
    path.rename(now)
    migrate(path, MIGRATIONS, revision)
    with (
        contextlib.closing(sqlite3.connect(now)) as source,
        contextlib.closing(connector(path)()) as target,
        target,
    ):
        for table in tables(target):
            _copy(source, target, table)
    now.unlink()
    if revision < "0016":
        for tile in data.rglob("*.tl.*"):
            tile.unlink()
    return facts


def tables(database: sqlite3.Connection) -> list[str]:
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        )
    ]
    return [name for name in names if not name.startswith(NOT_DATA)]


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    """A column that is gone today and not in THEN gets an empty text where it must have a value."""
    # number, name, type, not null, default, key
    then = target.execute(f'PRAGMA table_info("{table}")').fetchall()
    today = {row[1] for row in source.execute(f'PRAGMA table_info("{RENAMED.get(table, table)}")')}
    values = {
        name: THEN.get((table, name)) or (f'"{name}"' if name in today else "''")
        for _, name, _, must, default, _ in then
        if name in today or (table, name) in THEN or (must and default is None)
    }
    if today:
        rows = source.execute(
            f'SELECT {", ".join(values.values())} FROM "{RENAMED.get(table, table)}"'  # noqa: S608
        ).fetchall()
        names = ", ".join(f'"{name}"' for name in values)
        target.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(values))})',  # noqa: S608
            rows,
        )


def version_and_schema(path: Path) -> tuple[str, list[str]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        schema = [
            text
            for (text,) in database.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql"
            )
        ]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute("SELECT version_num FROM alembic_version").fetchone()[0], schema
