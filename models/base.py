"""The database: SQLite with a write-ahead log; every commit is synced to disk."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import string
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event, inspect
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

from models.folding import folded

# Named constraints, so that migrations can drop them.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

ALPHABET = string.ascii_letters + string.digits  # of ids
BUSY_SECONDS = 10  # how long a writer waits for another one; commands run beside the server


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)

    def refresh(self) -> bool:
        """Bring a row up to date, whatever was read of it before; False where it is gone."""
        identity = inspect(self).identity  # which a rollback leaves
        return db.session.get(type(self), identity, populate_existing=True) is not None


# Rows stay readable after a commit, so that an answer can be made from what was just written.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in Python, always UTC; SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def utcnow() -> datetime:
    return datetime.now(UTC)


def random_id(length: int) -> str:
    """Letters and digits that can't be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def hash_secret(text: str) -> str:
    """Of a secret that nobody can guess, so that a plain SHA-256 of it is safe to store."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def begin_write() -> None:
    """Become the one writer, so that what is read from here on still holds at the commit. Raises
    DatabaseFault after BUSY_SECONDS.

    SQLite would otherwise start a transaction at the first statement that writes, after everything
    that was read.
    """
    connection = db.session.connection()
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def end_transaction() -> None:
    """After a failure: a session that failed to write reads nothing until then."""
    db.session.rollback()


def close_afterwards() -> None:
    """End the connection with its transaction: SQLite's prepared statements, which it keeps, hold
    on to what was bound to them.
    """
    db.session.connection().detach()


def connector(path: Path, busy_seconds: float = BUSY_SECONDS) -> Callable[[], sqlite3.Connection]:
    """Opens the database at ``path`` and never makes one: where it is gone, an empty one would take
    its place.
    """

    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, check_same_thread=False)
        add_functions(connection)
        return connection

    return connect


def add_functions(connection: sqlite3.Connection) -> None:
    """What triggers call; without it nothing can be written to uploads."""
    connection.create_function("folded", 1, folded, deterministic=True)


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    add_functions(connection)
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    path = cursor.execute("PRAGMA database_list").fetchone()[2]
    cursor.close()
    record.info["file"] = (path, file_identity(path))


@event.listens_for(Pool, "checkout")
def _same_file(connection: Any, record: Any, _proxy: Any) -> None:
    """A file that was removed or replaced goes on in connections that have it open, and what is
    written there is lost.
    """
    path, identity = record.info.get("file", ("", None))
    if path and file_identity(path) != identity:
        raise DisconnectionError(f"{path} is another file now")


def file_identity(path: str | Path) -> tuple[int, int] | None:
    """Of the file that is there now; None where there is none."""
    try:
        stat = Path(path).stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
