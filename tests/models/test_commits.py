"""Every commit is told, whoever made it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models.commits import Commits

INSERT = "INSERT INTO t VALUES (1)"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return made(tmp_path / "a.sqlite3")


def made(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (a)")
    return path


@pytest.fixture
def changes(database: Path) -> Iterator[Commits]:
    watched = Commits(database)
    yield watched
    watched.close()


def test_a_commit_is_told_and_nothing_else_is(changes: Commits, database: Path) -> None:
    before = changes.state()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("SELECT * FROM t").fetchall()
        assert changes.state() == before is not None
        connection.execute(INSERT)
        assert changes.state() == before  # not committed
        connection.rollback()
        assert changes.state() == before
        connection.execute(INSERT)
        connection.commit()
        after = changes.state()
        assert after != before
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute(INSERT)
        connection.commit()
        assert changes.state() not in (before, after)


def test_a_commit_of_another_process_is_told(changes: Commits, database: Path) -> None:
    before = changes.state()
    program = f"import sqlite3; a = sqlite3.connect({str(database)!r}); a.execute({INSERT!r}); "
    subprocess.run([sys.executable, "-c", program + "a.commit()"], check=True)
    assert changes.state() != before


def test_another_file_in_its_place_is_told(changes: Commits, database: Path) -> None:
    before = changes.state()
    for rest in database.parent.glob("a.sqlite3-*"):
        rest.unlink()
    made(database.parent / "b.sqlite3").replace(database)
    assert changes.state() not in (before, None)


def test_without_a_database_nothing_is_known(changes: Commits, database: Path) -> None:
    assert changes.state()
    database.unlink()
    assert changes.state() is None and not database.exists()
