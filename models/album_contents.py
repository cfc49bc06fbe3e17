"""The uploads of an album. Whoever may open it sees all that are alive, so nothing here is filtered
by who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, exists, func, literal, null, select, tuple_
from sqlalchemy.orm import joinedload

from models.album import Album
from models.album_uploads import album_upload, album_wish
from models.base import db, utcnow
from models.share_link import ShareLink
from models.upload import PAGE, Upload
from models.upload.access import unindexed
from models.upload.away import AWAY
from models.upload.beside import NOTHING, Pair
from models.upload.library import Order, Place

ORDERS = {
    "taken": Order("pictured_at", False),
    "taken-newest": Order("pictured_at", True),
    "uploaded": Order("received_at", False),
    "uploaded-newest": Order("received_at", True),
    "name": Order("name_key", False),
    "hand": Order("position", False),
}
# Files whose sizes are summed for a page, 2 us each: it opens as fast whatever lies in an album
MOST_SUMMED = 500
ADDED = (
    "added"  # no album's own: what was put into it last comes first, as notifications lead there
)
_ADDED_LAST = Order("position", True)


# who may be another one of each, and whether somebody sent it by a share link
WITH_OWNER = joinedload(Upload.user), joinedload(Upload.contribution)


class Shown(NamedTuple):
    """An upload and its place in the album."""

    upload: Upload
    place: Place


class Summary(NamedTuple):
    """``begin`` and ``end`` are the first and last date taken, None of an empty album; ``waiting``
    is how many come into it once they are approved, ``links`` how many share links of its owner's
    to it work. ``bytes`` are those of its files; None of more files than MOST_SUMMED.
    """

    uploads: int
    waiting: int
    links: int
    begin: datetime | None
    end: datetime | None
    bytes: int | None


@dataclass(frozen=True)
class Contents:
    """``sort`` is another order than the album's own; ``owner_id`` whose uploads are meant, None:
    everybody's.
    """

    album: Album
    sort: str = ""
    owner_id: int | None = None

    @property
    def order(self) -> Order:
        return _ADDED_LAST if self.sort == ADDED else ORDERS[self.sort or self.album.sort]

    def public_ids(self) -> list[str]:
        """Of all that is alive in it."""
        return list(db.session.scalars(self._all().with_only_columns(Upload.public_id)))

    def page(
        self, after: Place | None = None, *, is_backwards: bool = False, limit: int = PAGE
    ) -> list[Shown]:
        """In the album's order from behind a place; backwards: the page before it."""
        key, position = album_upload.c[self.order.column], album_upload.c.position
        is_descending = self.order.is_descending != is_backwards
        query = self._all(key, position)
        if after:
            here = tuple_(literal(after.value, key.type), literal(after.rank, position.type))
            place = tuple_(key, position)
            query = query.where(place < here if is_descending else place > here)
        by = (key,) if key is position else (key, position)
        ends = [one.desc() for one in by] if is_descending else by
        query = query.order_by(*ends).limit(limit).options(*WITH_OWNER)
        shown = [Shown(row[0], Place(row[1], row[2])) for row in db.session.execute(query)]
        return shown[::-1] if is_backwards else shown

    def in_order(self) -> Select[Any]:
        """A query of all of its uploads, as the album shows them."""
        key, position = album_upload.c[self.order.column], album_upload.c.position
        by = (key,) if key is position else (key, position)
        return self._all().order_by(*(one.desc() for one in by) if self.order.is_descending else by)

    def rows_among(self, public_ids: Sequence[str]) -> dict[str, int]:
        """Row ids by public ids: those of these that are in it, or come into it once they are
        approved.
        """
        columns = select(Upload.public_id, Upload.id).where(Upload.public_id.in_(public_ids))
        rows = {row[0]: row[1] for row in db.session.execute(columns.where(Upload.alive()))}
        inside = Album.ids_in_or_waiting(self.album.id, list(rows.values()))
        return {one: row for one, row in rows.items() if row in inside}

    def row_ids(self, limit: int) -> list[int]:
        """In its order."""
        return list(db.session.scalars(self.in_order().with_only_columns(Upload.id).limit(limit)))

    def newest(self, limit: int) -> list[Upload]:
        """What was uploaded last."""
        order = ORDERS["uploaded-newest"]
        key, position = album_upload.c[order.column], album_upload.c.position
        rows = self._all().order_by(key.desc(), position.desc()).limit(limit).options(*WITH_OWNER)
        return [row[0] for row in db.session.execute(rows)]

    def beside(self, upload: Upload) -> Pair:
        """What comes before and behind it in the album's order."""
        key, position = album_upload.c[self.order.column], album_upload.c.position
        here = (album_upload.c.album_id == self.album.id, album_upload.c.upload_id == upload.id)
        row = db.session.execute(select(key, position).where(*here)).first()
        if row is None:
            return NOTHING
        place = Place(row[0], row[1])
        before = self.page(place, is_backwards=True, limit=1)
        behind = self.page(place, limit=1)
        return Pair(before[0].upload if before else None, behind[0].upload if behind else None)

    def place_of(self, row: int) -> Place | None:
        """Where the upload with this row id is in the album's order."""
        key, position = album_upload.c[self.order.column], album_upload.c.position
        query = self._all().with_only_columns(key, position)
        place = db.session.execute(query.where(Upload.id == row)).first()
        return Place(place[0], place[1]) if place else None

    def find(self, public_id: str) -> Upload | None:
        """The upload with this id, if it is in the album."""
        return self._one(Upload.public_id == public_id)

    def find_row(self, row: int) -> Upload | None:
        """The upload with this row id, if it is in the album."""
        return self._one(Upload.id == row)

    def _one(self, is_it: ColumnElement[bool]) -> Upload | None:
        query = self._all().where(is_it).options(*WITH_OWNER)
        row: Row[Any] | None = db.session.execute(query).first()
        return row[0] if row else None

    def summary(self) -> Summary:
        """Without what has expired and isn't deleted yet."""
        at = album_upload.c.pictured_at
        first, last = (
            self._all(at).with_only_columns(at).order_by(end).limit(1).scalar_subquery()
            for end in (at, at.desc())
        )
        is_in = exists().where(
            album_upload.c.album_id == self.album.id, album_upload.c.upload_id == Upload.id
        )
        has_expired = Upload.expires_at > AWAY, Upload.expires_at <= utcnow()
        expired = select(func.count()).where(*has_expired, is_in)  # what is away is in no album
        wishes = select(func.count()).where(album_wish.c.album_id == self.album.id)
        is_to_it = ShareLink.album_id == self.album.id, ShareLink.user_id == self.album.user_id
        links = select(func.count()).select_from(ShareLink).where(*is_to_it, ShareLink.works())
        counts = (one.scalar_subquery() for one in (expired, wishes, links))
        sizes = self._all().with_only_columns(func.coalesce(func.sum(Upload.size), 0))
        size = sizes.scalar_subquery() if self.album.upload_count <= MOST_SUMMED else null()
        row = db.session.execute(select(first, last, *counts, size)).one()
        return Summary(self.album.upload_count - row[2], *row[3:5], row[0], row[1], row[5])

    def _all(self, *more: Any) -> Select[Any]:
        conditions = [album_upload.c.album_id == self.album.id, Upload.alive()]
        if self.owner_id is not None:
            conditions.append(unindexed(Upload.user_id) == self.owner_id)
        joined = select(Upload, *more).join(album_upload, album_upload.c.upload_id == Upload.id)
        return joined.where(*conditions)
