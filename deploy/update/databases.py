"""The database, as far as an update needs to know it: SQLite and Alembic's table."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from deploy.update.here import Failed, fsync

SECONDS = 30.0  # to wait for a writer


def revision(path: Path) -> str:
    """Empty where there is no database."""
    if not path.exists() or not path.stat().st_size:
        return ""
    with closing(sqlite3.connect(path, timeout=SECONDS)) as database:
        row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def copy_online(source: Path, target: Path) -> None:
    """A whole one, whatever is written meanwhile."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(source, timeout=SECONDS)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)


def check(path: Path) -> None:
    """Raises Failed where the database is damaged, or rows refer to nothing."""
    with closing(sqlite3.connect(path)) as database:
        told = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
        dangling = database.execute("PRAGMA foreign_key_check").fetchall()
    if told != ["ok"]:
        raise Failed(f"The changed copy of the database is damaged: {'; '.join(told)}")
    if dangling:
        raise Failed(f"{len(dangling)} rows of the changed copy refer to nothing.")


def put_back(database: Path, kept: Path, aside: Path) -> None:
    """The kept one takes the database's place; that one goes to ``aside``. Again after a kill does
    no harm. Nobody may have it open.
    """
    aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = database.with_name(database.name + ".back")
    if not aside.exists():
        with closing(sqlite3.connect(database)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
        half = aside.with_name(aside.name + ".new")
        _copied(database, half)
        os.replace(half, aside)
        fsync(aside.parent)
    _copied(kept, new)
    os.replace(new, database)
    fsync(database.parent)


def _copied(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    shutil.copy2(source, target)
    target.chmod(0o600)
    fsync(target)
