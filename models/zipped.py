"""What a ZIP needs of files, as light rows, and whether one may still go into it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from models.album import Album
from models.album_contents import Contents
from models.base import db
from models.link_contents import contents_of
from models.share_link import Download, ShareLink
from models.upload import Upload
from models.visitor import Visitor

# The moment of which a download asks what has expired: to make a query takes longer than to ask
STALE_SECONDS = 1.0
COLUMNS = (
    Upload.id, Upload.title, Upload.taken_at, Upload.received_at, Upload.kind, Upload.is_animated,
    Upload.folder, Upload.name, Upload.extension, Upload.derivative_extension, Upload.size,
    Upload.medium_size, Upload.frame_size,
)  # fmt: skip

_PREVIEW_SIZE = case(  # as `Zipped.preview` has it
    (Upload.medium_size > 0, Upload.medium_size),
    (Upload.kind == "video", Upload.frame_size),
    (Upload.is_animated, 0),
    else_=Upload.size,
)


class Zipped(NamedTuple):
    """The columns of an upload that say which file of it goes into a ZIP, and under which name."""

    id: int
    title: str | None
    taken_at: datetime | None
    received_at: datetime
    kind: str
    is_animated: bool
    folder: str
    name: str
    extension: str
    derivative_extension: str
    size: int
    medium_size: int
    frame_size: int

    @property
    def file(self) -> tuple[str, int]:
        """Relative path and bytes of the file that is shown to whoever may see it whole."""
        return self._path(f"{self.name}.{self.extension}"), self.size

    @property
    def preview(self) -> tuple[str, int] | None:
        """The same of its medium size: of a video its still picture, of a small photo the photo. A
        small animation has none but itself (`models.link_files`).
        """
        if self.medium_size:
            return self._path(f"{self.name}.md.{self.derivative_extension}"), self.medium_size
        if self.kind == "video":
            return self._path(f"{self.name}.fr.jpeg"), self.frame_size
        return None if self.is_animated else self.file

    def _path(self, filename: str) -> str:
        return f"images/{self.folder}/{filename}"


class Bulk(NamedTuple):
    """How many files, and their bytes."""

    files: int
    bytes: int


class ZipSource:
    """The files of an album or under a link, for who was let in: in its order, as of each call.
    ``are_previews``: the link gives no more.
    """

    def __init__(
        self,
        in_order: Callable[[], Select[Any]],
        is_open: Callable[[], ColumnElement[bool]],
        *,
        are_previews: bool = False,
    ) -> None:
        self._in_order, self._is_open, self.are_previews = in_order, is_open, are_previews

    @classmethod
    def of_link(cls, link: ShareLink) -> ZipSource:
        link_id = link.id
        works = select(ShareLink.id).where
        return cls(
            contents_of(link).in_order,
            lambda: works(ShareLink.id == link_id, ShareLink.works()).exists(),
            are_previews=link.download == Download.PREVIEW,
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
        size = _PREVIEW_SIZE if self.are_previews else Upload.size
        some = self._in_order().with_only_columns(size.label("size")).limit(limit).subquery()
        total = select(func.count(), func.coalesce(func.sum(some.c.size), 0)).select_from(some)
        return Bulk(*db.session.execute(total).one())

    def still(self) -> Select[Any]:
        """What finds a file, by row id as ``one``, if it is in there at this moment and whoever was
        let in still is.
        """
        found = self._in_order().with_only_columns(Upload.id).order_by(None)
        return found.where(Upload.id == bindparam("one"), self._is_open())


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
