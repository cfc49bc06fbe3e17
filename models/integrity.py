"""Whether the database is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from models.base import add_functions, db


def faults(*, quick: bool) -> list[str]:
    """What SQLite finds wrong with the file, at most a hundred lines; ``quick`` doesn't compare
    indexes with tables, which takes by far the longest.
    """
    check = "quick_check" if quick else "integrity_check"
    found = [str(row[0]) for row in db.session.execute(text(f"PRAGMA {check}(100)"))]
    return [] if found == ["ok"] else found


def version() -> str:
    """Of the schema."""
    return db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""


def are_words_whole(copy: Path) -> bool:
    """Whether the index of words in a copy of the database is that of its texts (FTS5, *The
    'integrity-check' Command*). Not in the database itself: it would lock out all writers.
    """
    with closing(sqlite3.connect(copy)) as database:
        add_functions(database)
        try:
            database.execute("INSERT INTO upload_fts (upload_fts) VALUES ('integrity-check')")
        except sqlite3.DatabaseError:
            return False
        database.rollback()
    return True
