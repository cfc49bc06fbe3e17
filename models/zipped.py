"""What a ZIP needs of files, as light rows, and whether one may still go into it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select

from models.album import Album
from models.album_contents import Contents
from models.base import db
from models.link_contents import contents_of
from models.link_files import kept
from models.share_link import Download, ShareLink
from models.upload import Upload
from models.upload.access import unindexed
from models.upload.filing import derivative
from models.user import User
from models.visitor import Visitor

# The moment of which a download asks what has expired: to make a query takes longer than to ask
STALE_SECONDS = 1.0
_BATCH = 1000  # ids of one statement
COLUMNS = (
    Upload.id, Upload.title, Upload.taken_at, Upload.received_at, Upload.kind, Upload.is_animated,
    Upload.is_playable, Upload.folder, Upload.name, Upload.extension, Upload.derivative_extension,
    Upload.size, Upload.medium_size,
)  # fmt: skip


class Zipped(NamedTuple):
    """The columns of an upload that say which file of it goes into a ZIP, and under which name."""

    id: int
    title: str | None
    taken_at: datetime | None
    received_at: datetime
    kind: str
    is_animated: bool
    is_playable: bool
    folder: str
    name: str
    extension: str
    derivative_extension: str
    size: int
    medium_size: int

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def filename(self) -> str:
        return f"{self.name}.{self.extension}"

    def derivative(self, kind: str) -> str:
        return derivative(self.name, kind, self.derivative_extension)

    def path(self, filename: str) -> str:
        """Of one of its files, relative."""
        return f"images/{self.folder}/{filename}"


class Bulk(NamedTuple):
    """``files`` go into the ZIP, of ``of`` that were looked at, and have so many bytes."""

    files: int
    of: int
    bytes: int


class ZipSource:
    """The files of an album or under a link, for who was let in: in its order, as of each call.
    ``level`` is what may be downloaded of each.
    """

    def __init__(
        self,
        in_order: Callable[[], Select[Any]],
        is_open: Callable[[], ColumnElement[bool]],
        *,
        level: str = Download.FILE,
    ) -> None:
        self._in_order, self._is_open, self.level = in_order, is_open, level

    @classmethod
    def of_link(cls, link: ShareLink) -> ZipSource:
        """Another password or level ends it, as its end does: whoever was let in is no more."""
        column, works = ShareLink, ShareLink.works
        as_it_was = (
            column.id == link.id,
            column.password_key.is_not_distinct_from(link.password_key),
            column.download == link.download,
        )
        return cls(
            contents_of(link).in_order,
            lambda: select(column.id).where(*as_it_was, works()).exists(),
            level=link.download,
        )

    @classmethod
    def of_album(cls, album: Album, visitor: Visitor) -> ZipSource:
        album_id = album.id
        opens = select(Album.id).where
        return cls(
            Contents(album).in_order,
            lambda: opens(Album.id == album_id, Album.openable_by(visitor)).exists(),
        )

    def files(self, limit: int) -> list[Zipped]:
        """At most ``limit``."""
        rows = self._in_order().with_only_columns(*COLUMNS).limit(limit)
        return [Zipped._make(row) for row in db.session.execute(rows)]

    def bulk(self, limit: int) -> Bulk:
        """Of at most ``limit``, which bounds what it costs."""
        rows = self.files(limit)
        sizes = [file.size for row in rows if (file := kept(self.level, row))]
        return Bulk(len(sizes), len(rows), sum(sizes))

    def still(self) -> Select[Any]:
        """What finds a file, by row id as ``one``, if it is in there at this moment and whoever was
        let in still is.
        """
        found = self._in_order().with_only_columns(Upload.id).order_by(None)
        return found.where(Upload.id == bindparam("one"), self._is_open())


class SelectedSource(ZipSource):
    """Some of a member's own files, in the order of their row ids here."""

    def __init__(self, user: User, row_ids: Sequence[int]) -> None:
        self._user_id, self._rows = user.id, list(row_ids)
        is_in_use = select(User.id).where(User.id == user.id, User.is_in_use())
        super().__init__(self._own, is_in_use.exists)

    def _own(self) -> Select[Any]:
        return select(Upload).where(unindexed(Upload.user_id) == self._user_id, Upload.alive())

    def files(self, limit: int) -> list[Zipped]:
        """In batches, as a statement takes so many ids."""
        found = dict[int, Zipped]()
        for at in range(0, min(len(self._rows), limit), _BATCH):
            some = self._own().where(Upload.id.in_(self._rows[at : at + _BATCH]))
            rows = db.session.execute(some.with_only_columns(*COLUMNS))
            found |= {row[0]: Zipped._make(row) for row in rows}
        return [found[row] for row in self._rows[:limit] if row in found]


class Watch:
    """Asks whether a file may still go into a ZIP that is being sent: outside of a session, as the
    server's loop asks. It holds no transaction between two questions.
    """

    def __init__(self, source: ZipSource) -> None:
        self._source, self._query, self._made_at = source, source.still(), time.monotonic()
        self._connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection.detach()

    def lets(self, upload_id: int) -> bool:
        now = time.monotonic()
        if now - self._made_at >= STALE_SECONDS:
            self._query, self._made_at = self._source.still(), now
        return self._connection.execute(self._query, {"one": upload_id}).first() is not None

    def close(self) -> None:
        self._connection.close()
