"""A consistent copy of the database, made while others write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from models.base import connector
from models.migrate import MODE
from models.upload import Upload


class Snapshot:
    """``path`` is the copy. Close it before it is moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._session = Session(
            create_engine("sqlite://", creator=connector(path), poolclass=NullPool)
        )

    @classmethod
    def take(cls, database: Path, path: Path) -> Self:
        """Copy ``database`` to ``path``, in one step; the write-ahead log lets writers go on."""
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE))
        with closing(connector(database)()) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
        return cls(path)

    def files(self) -> Iterator[tuple[str, str, str]]:
        """(public id, root, relative path) of each file of each upload."""
        for upload in self._session.scalars(
            select(Upload).order_by(Upload.id).execution_options(yield_per=500)
        ):
            yield from ((upload.public_id, root, path) for path, root in upload.places.items())

    def forget(self, public_ids: Collection[str]) -> None:
        """Delete uploads that were deleted since."""
        self._session.execute(delete(Upload).where(Upload.public_id.in_(public_ids)))
        self._session.commit()

    def close(self) -> None:
        self._session.close()
        with closing(sqlite3.connect(self.path)) as database:
            database.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
