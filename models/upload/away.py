"""What is away: in its owner's bin, or a version that was replaced. Its row stays, and so do its
files; whatever asks for what is there finds it no more, as it has expired long ago.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import JSON, delete, literal, null, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from models.album import Album
from models.album_uploads import album_upload, album_wish
from models.base import UtcDateTime, db, utcnow
from models.tag import Tag, upload_tag
from models.upload.access import Access, unindexed
from models.upload.end import unused_end
from models.upload.library import Order, Place
from models.upload.listing import PAGE
from models.visitor import Visitor

LAST_BINNED = Order("received_at", is_descending=True)  # of dates: as places are written
AWAY = datetime(1970, 1, 1, tzinfo=UTC)  # when it expired: before anything that expires by itself


class Away(Access):
    """``binned`` is what a file comes back with: ``tags`` by name, ``albums`` as pairs of row id
    and position (null: once it is approved), ``covers``, the albums that it was the cover of; of a
    version, with ``visibility``, only what its page lost to a file that couldn't be cleaned.
    ``ends_at`` is when what is in the bin would have expired, but for what stays while it is used.
    ``version_of_id`` is the row id of the upload whose file this was before; a trigger deletes its
    versions with it (migration 0067).
    """

    binned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    binned: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    version_of_id: Mapped[int | None]

    @classmethod
    def in_bin(cls, user_id: int, after: Place | None = None, limit: int = PAGE) -> list[Self]:
        """What this person has put there, the last first, from behind a place."""
        at, rank = cls.binned_at, cls.rank  # type: ignore[attr-defined]
        query = select(cls).where(cls.user_id == user_id, at.is_not(None))
        if after:
            here = literal(after.value, UtcDateTime), literal(after.rank)
            query = query.where(at <= here[0], tuple_(at, rank) < tuple_(*here))
        return list(db.session.scalars(query.order_by(at.desc(), rank.desc()).limit(limit)))

    @classmethod
    def in_bin_of(cls, user_id: int, public_ids: Collection[str]) -> list[Self]:
        """Those of these that are in this person's bin, the last first."""
        is_one = cls.public_id.in_(public_ids), cls.user_id == user_id
        query = select(cls).where(*is_one, cls.binned_at.is_not(None))
        return list(db.session.scalars(query.order_by(cls.binned_at.desc(), cls.id.desc())))

    @classmethod
    def find_binned(cls, public_id: str, user_id: int) -> Self | None:
        """The upload with this id, if it is in this person's bin."""
        return next(iter(cls.in_bin_of(user_id, [public_id])), None)

    @classmethod
    def binned_with(cls, sha256: str, user_id: int | None) -> Self | None:
        """The upload of these bytes that this person put into their bin last."""
        upload: Any = cls
        query = select(cls).where(upload.source_sha256 == sha256, cls.binned_at.is_not(None))
        query = query.where(unindexed(cls.user_id) == user_id)
        found = db.session.scalars(query.order_by(cls.binned_at.desc(), cls.id.desc()).limit(9))
        return next((one for one in found if one.comes_back), None)

    @classmethod
    def was_open_to(cls, visitor: Visitor, public_id: str) -> bool:
        """Whether the upload with this id is in its owner's bin, from which it would come back to
        where this visitor may open it.
        """
        query = select(cls).where(cls.public_id == public_id, cls.binned_at.is_not(None))
        upload = db.session.scalar(query.where(cls.meant_for(visitor)))
        return upload is not None and upload.comes_back

    @classmethod
    def was_open_at(cls, visitor: Visitor, path: str) -> bool:
        """The same of the upload that the file at ``path`` belongs to."""
        upload: Any = cls
        query = select(cls).where(upload.named_as([path]), cls.binned_at.is_not(None))
        found = db.session.scalars(query.where(cls.meant_for(visitor)))
        return any(path in one.files and one.comes_back for one in found)  # type: ignore[attr-defined]

    @classmethod
    def rows_in_bin(cls, user_id: int, until: datetime, limit: int | None = None) -> Sequence[int]:
        """Row ids of what this person had there at this moment, the last first."""
        query = select(cls.id).where(cls.user_id == user_id, cls.binned_at <= until)
        last_first = query.order_by(cls.binned_at.desc(), cls.id.desc())
        return db.session.scalars(last_first.limit(limit)).all()

    @classmethod
    def binned_before(cls, at: datetime, limit: int, skip: int = 0) -> Sequence[int]:
        """Row ids of what has been in any bin the longest, put there by this moment; without the
        first ``skip``.
        """
        query = select(cls.id).where(cls.binned_at <= at).order_by(cls.binned_at, cls.id)
        return db.session.scalars(query.offset(skip).limit(limit)).all()

    @classmethod
    def binned_and_over(cls, at: datetime, limit: int, skip: int = 0) -> Sequence[int]:
        """Row ids of what is in any bin and would have expired by this moment, the first first."""
        query = select(cls.id).where(cls.ends_at <= at).order_by(cls.ends_at, cls.id)
        return db.session.scalars(query.offset(skip).limit(limit)).all()

    @classmethod
    def load(cls, row_ids: Collection[int]) -> list[Self]:
        """As they are now, whatever was read of them before, wherever they are; in this order."""
        query = select(cls).where(cls.id.in_(row_ids)).execution_options(populate_existing=True)
        found = {one.id: one for one in db.session.scalars(query)}
        return [found[row] for row in row_ids if row in found]

    @classmethod
    def carry_away(cls, uploads: Sequence[Any], at: datetime) -> None:
        """Into the bin: out of all albums, without tags, so that every count is right without
        them. Call `begin_write` first; their files must be on the way to the private root.
        """
        rows = [upload.id for upload in uploads]
        tags, albums, covers = _tags_of(rows), _albums_of(rows), _covers_of(rows)
        for table in (album_upload, album_wish, upload_tag):
            db.session.execute(delete(table).where(table.c.upload_id.in_(rows)))
        for upload in uploads:  # written by the caller, together with the root
            kept: dict[str, Any] = {"tags": tags.get(upload.id), "albums": albums.get(upload.id)}
            kept["covers"] = covers.get(upload.id)
            upload.binned = {name: value for name, value in kept.items() if value}
            upload.ends_at = upload.expires_at if upload.unused_days is None else None
            upload.binned_at, upload.expires_at = at, AWAY
            db.session.expire(upload, ["tags", "albums", "album_count", "shelf"])

    @classmethod
    def bring_back(cls, uploads: Sequence[Any]) -> None:
        """Out of the bin, with its tags, to its place in the albums that are still its owner's, or
        that its owner is still a member of. Call `begin_write` first; the caller moves files.
        """
        kept = {upload.id: upload.binned or {} for upload in uploads}
        for upload in uploads:
            upload.expires_at, upload.ends_at = upload.ends_at, None
            if upload.unused_days is not None:  # nobody could look at it
                upload.expires_at = unused_end(upload.unused_days, utcnow())
            upload.binned_at = upload.binned = None
        db.session.flush()
        rows_by_tag: dict[str, list[int]] = {}
        for row, was in kept.items():
            for name in was.get("tags", []):
                rows_by_tag.setdefault(name, []).append(row)
        for name, rows in rows_by_tag.items():  # few tags, many files
            Tag.named([name])[0].give_to_all(rows)
        for upload in uploads:
            places = dict(kept[upload.id].get("albums", []))
            open_ones = Album.open_to_files_of(upload.user_id, places) if places else []
            for album_id in open_ones:
                Album.put_back(album_id, upload.id, places[album_id])
            for album_id in kept[upload.id].get("covers", []):
                Album.cover_again(album_id, upload.id)
            db.session.expire(upload, ["tags", "albums", "album_count", "shelf"])

    def leave_albums(self) -> dict[str, Any]:
        """Out of all of them; what `back_into_albums` needs to know. Call `begin_write` first."""
        row = self.id
        kept = {"albums": _albums_of([row]).get(row, []), "covers": _covers_of([row]).get(row, [])}
        db.session.execute(delete(album_upload).where(album_upload.c.upload_id == row))
        db.session.expire(self, ["albums", "album_count", "shelf"])
        return kept

    def back_into_albums(self, kept: Mapping[str, Any]) -> None:
        """Into those that are still there, to its place."""
        for album_id, position in kept.get("albums", []):
            Album.put_back(album_id, self.id, position)
        for album_id in kept.get("covers", []):
            Album.cover_again(album_id, self.id)
        db.session.expire(self, ["albums", "album_count", "shelf"])

    @property
    def is_binned(self) -> bool:
        return self.binned_at is not None

    @property
    def comes_back(self) -> bool:
        """Whether it would be there if it were restored: it hasn't expired meanwhile. What stays
        while it is used begins anew.
        """
        return self.ends_at is None or self.ends_at > utcnow()

    @property
    def is_version(self) -> bool:
        """Whether it is what another upload was before."""
        return self.version_of_id is not None

    def stays_until(self, days: int) -> datetime:
        """How long it is kept in the bin: not longer than it would have been outside."""
        until = (self.binned_at or AWAY) + timedelta(days=days)
        return min(until, self.ends_at or until)


def _tags_of(rows: Collection[int]) -> dict[int, list[str]]:
    column = upload_tag.c
    query = select(column.upload_id, Tag.name).join(Tag, Tag.id == column.tag_id)
    query = query.where(column.upload_id.in_(rows), ~Tag.is_retired()).order_by(column.tag_id)
    found: dict[int, list[str]] = {}
    for row, name in db.session.execute(query):
        found.setdefault(row, []).append(name)
    return found


def _albums_of(rows: Collection[int]) -> dict[int, list[tuple[int, int | None]]]:
    """Those that it comes into once it is approved have no position."""
    inside = select(album_upload.c.upload_id, album_upload.c.album_id, album_upload.c.position)
    wished = select(album_wish.c.upload_id, album_wish.c.album_id, null())
    found: dict[int, list[tuple[int, int | None]]] = {}
    for query in (inside, wished):
        is_one = query.selected_columns.upload_id.in_(rows)
        for row, album, position in db.session.execute(query.where(is_one)):
            found.setdefault(row, []).append((album, position))
    return found


def _covers_of(rows: Collection[int]) -> dict[int, list[int]]:
    column = album_upload.c
    query = select(column.upload_id, column.album_id).join(Album, Album.id == column.album_id)
    query = query.where(column.upload_id.in_(rows), Album.cover_id == column.upload_id)
    found: dict[int, list[int]] = {}
    for row, album in db.session.execute(query):
        found.setdefault(row, []).append(album)
    return found
