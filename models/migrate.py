"""Bring the database to the newest version: on a copy, which takes the database's place when it is
whole.

So a kill at any moment leaves the old database or the new one. The old one is kept beside it
(`models.before_update`). The caller keeps other Keepsake processes away.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.pool import NullPool

from models.before_update import check_room, drop_old, keep
from models.faults import DatabaseFault

OTHERS_SECONDS = 3.0  # how long another program may go on using the database before we give up
MODE = 0o600  # it contains private titles and password hashes


class StillInUse(Exception):
    """Another program has the database open, so it can't be changed."""


class UnknownVersion(Exception):
    """The database is of a later version than the program."""


def revision_of(path: Path) -> str | None:
    """None where there is no database, or an empty one."""
    return _version(path) if path.exists() and path.stat().st_size else None


def is_current(path: Path, scripts: Path) -> bool:
    """Whether the database is there and of the newest version. Raises UnknownVersion."""
    version = revision_of(path)
    known = revisions(scripts)
    if version is not None and version not in known:
        raise UnknownVersion(_newer(version, _program(path)))
    return version == known[0]


@functools.cache
def revisions(scripts: Path) -> tuple[str, ...]:
    """All that the program knows, the newest first, by the names of their files."""
    names = (path.name for path in (scripts / "versions").glob("*_*.py"))
    return tuple(sorted((name.partition("_")[0] for name in names), reverse=True))


def _newer(revision: str, program: str) -> str:
    by = f" by Keepsake {program}" if program else ""
    again = f"Start Keepsake {program} again, or a later one" if program else "Update Keepsake"
    return (
        f"The database was last used{by}, which is newer than this Keepsake: it has revision "
        f"{revision}, which is not known here. Nothing was changed. {again}; docs/updating.md says "
        "how to go back."
    )


def migrate(path: Path, scripts: Path, revision: str = "head") -> Path | None:
    """Make the database, or bring it to ``revision``; returns where the one from before is kept.
    Raises StillInUse, and DatabaseFault or OSError with the old one untouched.
    """
    kept = None
    copy = path.with_name(path.name + ".new")
    for stale in (copy, copy.with_name(copy.name + "-journal")):
        stale.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE))
    try:
        if path.exists():
            check_room(path)
            before = _version(path)
            with _held(path) as database:
                _copy(database, copy)
                _upgrade(copy, scripts, revision)
                kept = keep(path, before) if before else None
                os.replace(copy, path)
        else:
            _upgrade(copy, scripts, revision)
            os.replace(copy, path)
    finally:
        copy.unlink(missing_ok=True)
    _fsync(path.parent)
    if kept:
        drop_old(path, kept)
        _fsync(kept.parent)
    return kept


def close_to_others(path: Path) -> None:
    """Only its owner may read the database, and what SQLite keeps beside it, which gets the
    database's mode when it is made.
    """
    for name in ("", "-wal", "-shm", "-journal"):
        file = path.with_name(path.name + name)
        try:
            if file.stat().st_mode & 0o777 != MODE:
                file.chmod(MODE)
        except FileNotFoundError:
            pass  # they don't always exist


@contextmanager
def transactional(url: str, journal_mode: str = "WAL") -> Iterator[Connection]:
    """A connection whose transactions hold statements like CREATE TABLE, too (SQLAlchemy,
    *Serializable isolation / Savepoints / Transactional DDL*), and which lets tables be rebuilt
    that others refer to (https://sqlite.org/lang_altertable.html, 7).
    """
    engine = create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def by_hand(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA journal_mode={journal_mode}")
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        yield connection


def _version(path: Path) -> str | None:
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": OTHERS_SECONDS}
    )
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        ).scalar()
        return version


def _program(path: Path) -> str:
    """The version of the program that used the database last; empty where none noted its own."""
    with closing(sqlite3.connect(path, timeout=OTHERS_SECONDS)) as database:
        try:
            row = database.execute("SELECT value FROM site_fact WHERE name = 'program'").fetchone()
        except sqlite3.OperationalError:
            return ""  # a later version may have put it elsewhere
    return str(row[0]) if row else ""


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, locked for others, and whole in its one file: the log beside it is written back
    and gone.
    """
    deadline = time.monotonic() + OTHERS_SECONDS
    while True:
        with closing(sqlite3.connect(path, timeout=OTHERS_SECONDS)) as database:
            try:
                # refused while anybody else has it open
                database.execute("PRAGMA journal_mode=DELETE").fetchall()
                database.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
                database.execute("BEGIN EXCLUSIVE")
                database.commit()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (
                    sqlite3.SQLITE_BUSY,
                    sqlite3.SQLITE_LOCKED,
                ):
                    raise
                if time.monotonic() > deadline:
                    raise StillInUse(
                        "The database must be changed for this version, and another program is "
                        "using it. "
                        "Stop it, then start again."
                    ) from error
                time.sleep(0.05)  # SQLite itself does not wait for every kind of lock
                continue
            yield database
            return


def _copy(database: sqlite3.Connection, path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        database.backup(copy)


def _upgrade(path: Path, scripts: Path, revision: str) -> None:
    # Here, as few starts change the database, and importing Alembic takes a third of a start.
    from alembic import command
    from alembic.config import Config

    config = Config(str(scripts / "alembic.ini"))
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    with transactional(f"sqlite:///{path}", "DELETE") as connection:
        config.attributes["connection"] = connection
        before = _dangling(connection)
        command.upgrade(config, revision)
        if _dangling(connection) > before:
            raise DatabaseFault("would have lost rows that others refer to; nothing was changed")
    _fsync(path)


def _dangling(connection: Connection) -> int:
    """The number of rows that refer to missing rows."""
    count = len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    connection.rollback()
    return count


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
