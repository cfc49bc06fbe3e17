"""A consistent copy of the database, made while others write."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, load_only
from sqlalchemy.pool import NullPool

from models.base import connector
from models.faults import fault_of
from models.migrate import MODE
from models.upload import Upload

_NEEDED = (
    Upload.id, Upload.public_id, Upload.root, Upload.folder, Upload.name, Upload.extension,
    Upload.derivative_extension, Upload.size, Upload.thumb_size, Upload.medium_size,
    Upload.tile_size, Upload.frame_size, Upload.preview_size, Upload.sent_format, Upload.sent_size,
    Upload.checksum, Upload.source_sha256,
)  # fmt: skip


class KnownFile(NamedTuple):
    """A file of an upload, and what its row says of it: ``size`` in bytes, hex digits or ""."""

    public_id: str
    root: str
    path: str
    size: int
    md5: str = ""
    sha256: str = ""


class Snapshot:
    """``path`` is the copy, which is only read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._session = Session(
            create_engine("sqlite://", creator=_reader(path), poolclass=NullPool)
        )

    @classmethod
    def take(cls, database: Path, path: Path) -> Self:
        """Copy ``database`` to ``path``, in one step; the write-ahead log lets writers go on.
        Raises DatabaseFault, which may be one of the disk of ``path``, and OSError.
        """
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE))
        try:
            with closing(connector(database)()) as source, closing(sqlite3.connect(path)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
        except sqlite3.Error as error:
            raise fault_of(error) or error from error
        return cls(path)

    def files(self, after: int, limit: int) -> list[tuple[int, list[KnownFile]]]:
        """The files of the next uploads, by their row ids, from behind one."""
        query = select(Upload).where(Upload.id > after).order_by(Upload.id).limit(limit)
        rows = self._session.scalars(query.options(load_only(*_NEEDED))).all()
        found = [(row.id, _files(row)) for row in rows]
        self._session.expunge_all()
        return found

    def last(self) -> int:
        """The row id of the newest upload; 0 for none."""
        return self._session.scalar(select(func.max(Upload.id))) or 0

    def bytes_after(self, row_id: int) -> int:
        """Of all files of uploads behind a row id."""
        total = select(func.sum(Upload.kept_bytes)).where(Upload.id > row_id)
        return self._session.scalar(total) or 0

    def close(self) -> None:
        self._session.close()


def _files(row: Upload) -> list[KnownFile]:
    derived = (
        row.thumb_size, row.medium_size, row.tile_size, row.frame_size, row.preview_size,
    )  # fmt: skip
    sizes = [row.size, *(size for size in derived if size)]
    known = [
        KnownFile(row.public_id, row.root, path, size)
        for path, size in zip(row.files, sizes, strict=True)
    ]
    known[0] = known[0]._replace(md5=row.checksum)
    if row.sent_file:
        root = row.places[row.sent_file]
        sent = KnownFile(row.public_id, root, row.sent_file, row.sent_size, "", row.source_sha256)
        known.append(sent)
    return known


def _reader(path: Path) -> Callable[[], sqlite3.Connection]:
    """Nobody else has the copy, so nothing is written beside it: no lock, no log."""

    def connect() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    return connect
