"""Which uploads are in an album, or come into it: put in, taken out, counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from models.album_access import AlbumAccess
from models.album_member import AlbumMember
from models.base import Base, UtcDateTime, db

STEP = 1 << 20  # between positions, so that one can be put between two

# An upload may be in any number of albums. By what an album may be sorted stands here, too, so that
# a page is read from an index in its order; triggers copy it, and keep out what couldn't be cleaned
# (migration 0024). Positions give the order by hand; gaps are allowed.
album_upload = Table(
    "album_upload",
    Base.metadata,
    Column("album_id", Integer, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "upload_id",
        Integer,
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("position", Integer, nullable=False),
    Column("received_at", UtcDateTime),
    Column("pictured_at", UtcDateTime),
    Column("name_key", String),
    *(
        Index(f"ix_album_upload_{key}", "album_id", key, *more)
        for key, *more in (
            ("position",),
            ("received_at", "position"),
            ("pictured_at", "position"),
            ("name_key", "position"),
        )
    ),
)

# The albums of uploads that wait for approval, in which these are once they are approved. Triggers
# put them here in the place of `album_upload`, and there (migration 0053).
album_wish = Table(
    "album_wish",
    Base.metadata,
    Column("album_id", Integer, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "upload_id",
        Integer,
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Place(NamedTuple):
    """Of an upload in an album; ``position`` None: it waits for approval outside."""

    album_id: int
    position: int | None
    is_cover: bool


class AlbumUploads(AlbumAccess):
    @classmethod
    def has_in_it(cls, upload_id: Any) -> ColumnElement[bool]:
        """A condition: an upload is in it, or comes into it once it is approved."""
        columns = (album_upload.c, album_wish.c)
        return or_(
            *(exists().where(one.album_id == cls.id, one.upload_id == upload_id) for one in columns)
        )

    @classmethod
    def append(cls, album_id: int, upload_ids: Sequence[int]) -> None:
        """Put uploads behind all others. Those that are in it already stay where they are; those
        whose owner may not add to the album, or no longer, are left out.
        """
        column = album_upload.c
        last = select(func.coalesce(func.max(column.position), 0) + STEP).where(
            column.album_id == album_id
        )
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        for upload_id in upload_ids:
            row = select(cls.id, upload.c.id, last.scalar_subquery())  # while both are there
            row = row.join(upload, upload.c.id == upload_id)
            row = row.where(cls.id == album_id, cls.takes_from(upload.c.user_id))
            into = insert(album_upload).prefix_with("OR IGNORE")
            db.session.execute(into.from_select(["album_id", "upload_id", "position"], row))

    @staticmethod
    def shown_ids(album_id: int, upload_ids: Sequence[int]) -> list[int]:
        """Those of these row ids that are in it now, in the order given: what waits for approval is
        outside.
        """
        found = _those_in(album_upload, album_id, upload_ids)
        return [one for one in upload_ids if one in found]

    @staticmethod
    def ids_in_or_waiting(album_id: int, upload_ids: Sequence[int]) -> set[int]:
        """Those that are in it, or come into it once they are approved."""
        tables = album_upload, album_wish
        return set[int]().union(*(_those_in(one, album_id, upload_ids) for one in tables))

    @staticmethod
    def ids_of_person(album_id: int, user_id: int, after: int, limit: int) -> list[int]:
        """Row ids of what this person has in it, or what comes into it once it is approved, in
        their order, from behind one. It reads the rows of the album, not all that they have.
        """
        upload = Base.metadata.tables["upload"]
        parts = [
            select(one.c.upload_id)
            .join(upload, upload.c.id == one.c.upload_id)
            .where(one.c.album_id == album_id, one.c.upload_id > after)
            .where(func.coalesce(upload.c.user_id, null()) == user_id)  # no index of all theirs
            .order_by(one.c.upload_id)
            .limit(limit)
            for one in (album_upload, album_wish)
        ]
        found = [row for part in parts for row in db.session.scalars(part)]
        return sorted(found)[:limit]

    @classmethod
    def put(cls, upload_id: int, album_ids: Sequence[int]) -> None:
        """An upload into these albums, and out of all others, also of those that it comes into once
        it is approved.
        """
        for table in (album_upload, album_wish):
            others = table.c.album_id.not_in(album_ids)
            db.session.execute(delete(table).where(table.c.upload_id == upload_id, others))
        for album_id in album_ids:
            cls.append(album_id, [upload_id])

    @classmethod
    def places_of(cls, upload_id: int) -> list[Place]:
        """Where an upload is, or comes once it is approved."""
        album: Any = cls
        inside = select(album_upload.c.album_id, album_upload.c.position, album.cover_id)
        inside = inside.join(cls, cls.id == album_upload.c.album_id)
        inside = inside.where(album_upload.c.upload_id == upload_id)
        wished = select(album_wish.c.album_id).where(album_wish.c.upload_id == upload_id)
        rows = db.session.execute(inside.order_by(album_upload.c.album_id))
        places = [Place(row, position, cover == upload_id) for row, position, cover in rows]
        return places + [Place(row, None, False) for row in db.session.scalars(wished)]

    @classmethod
    def places_in(cls, album_id: int, upload_ids: Sequence[int]) -> dict[int, Place]:
        """`places_of`, of many in one album, by their row ids."""
        album: Any = cls
        column = album_upload.c
        inside = select(column.upload_id, column.position, album.cover_id)
        inside = inside.join(cls, cls.id == column.album_id)
        inside = inside.where(column.album_id == album_id, column.upload_id.in_(upload_ids))
        wished = _those_in(album_wish, album_id, upload_ids)
        places = {row: Place(album_id, None, False) for row in wished}
        for row, position, cover in db.session.execute(inside):
            places[row] = Place(album_id, position, cover == row)
        return places

    @classmethod
    def delete_if_empty(cls, album_id: int) -> None:
        """Unless something is in it, or comes into it once it is approved."""
        album: Any = cls
        has_any = (exists().where(one.c.album_id == album.id) for one in (album_upload, album_wish))
        db.session.execute(delete(cls).where(album.id == album_id, ~or_(*has_any)))

    @classmethod
    def touch(cls, album_id: int, at: datetime) -> None:
        """Something in it has changed."""
        album: Any = cls
        db.session.execute(update(cls).where(album.id == album_id).values(changed_at=at))

    @classmethod
    def put_back(cls, album_id: int, upload_id: int, position: int | None) -> None:
        """An upload into an album where it has been, to its place there, if both go on."""
        cls.append(album_id, [upload_id])
        if position is None:
            return
        is_one = album_upload.c.album_id == album_id, album_upload.c.upload_id == upload_id
        db.session.execute(update(album_upload).where(*is_one).values(position=position))

    @classmethod
    def open_to_files_of(cls, user_id: int | None, album_ids: Collection[int]) -> Sequence[int]:
        """Of these albums, those that this person's files may stay in: theirs, and those that they
        are a member of.
        """
        if not album_ids:
            return []
        album: Any = cls
        may_stay = or_(cls.user_id == user_id, AlbumMember.is_one(album.id, user_id))
        query = select(album.id).where(album.id.in_(album_ids), may_stay)
        return db.session.scalars(query).all()

    @classmethod
    def cover_again(cls, album_id: int, upload_id: int) -> None:
        """It is the cover of an album that it is in, unless another one was chosen since."""
        is_in = exists().where(
            album_upload.c.album_id == album_id, album_upload.c.upload_id == upload_id
        )
        album: Any = cls
        row = update(cls).where(album.id == album_id, album.cover_id.is_(None), is_in)
        db.session.execute(row.values(cover_id=upload_id))

    @staticmethod
    def remove(album_id: int, upload_ids: Sequence[int], owner_id: int | None = None) -> None:
        """Take uploads out, also those that come into it once they are approved. ``owner_id``: as
        far as they are still this person's.
        """
        upload = Base.metadata.tables["upload"]
        some = select(upload.c.id).where(upload.c.id.in_(upload_ids), upload.c.user_id == owner_id)
        those = upload_ids if owner_id is None else some
        for table in (album_upload, album_wish):
            is_one = table.c.album_id == album_id, table.c.upload_id.in_(those)
            db.session.execute(delete(table).where(*is_one))

    @classmethod
    def take_out_of_others(cls, upload_ids: Sequence[int], user_ids: Sequence[int]) -> None:
        """Take uploads out of the albums of all but these people, who are members of none of them
        either.
        """
        members = select(AlbumMember.album_id).where(AlbumMember.user_id.in_(user_ids))
        theirs = select(cls.id).where(or_(cls.user_id.in_(user_ids), cls.id.in_(members)))
        for table in (album_upload, album_wish):
            is_one = table.c.upload_id.in_(upload_ids), table.c.album_id.not_in(theirs)
            db.session.execute(delete(table).where(*is_one))

    def take_out_some(self, limit: int) -> bool:
        """Whether any was left in it."""
        is_in = album_upload.c.album_id == self.id
        some = select(album_upload.c.upload_id).where(is_in).limit(limit)
        query = delete(album_upload).where(is_in, album_upload.c.upload_id.in_(some))
        return bool(db.session.execute(query).rowcount)  # type: ignore[attr-defined]

    def how_many_go(self) -> int:
        """Uploads of its owner that are in it, or come into it once they are approved."""
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        parts = [
            select(func.count())
            .join_from(table, upload, upload.c.id == table.c.upload_id)
            .where(table.c.album_id == self.id, upload.c.user_id == self.user_id)
            for table in (album_upload, album_wish)
        ]
        return sum(db.session.execute(select(*(one.scalar_subquery() for one in parts))).one())

    def has_of_others(self) -> bool:
        """Whether somebody else has put an upload into it."""
        upload = Base.metadata.tables["upload"]
        column = album_upload.c
        here = select(column.upload_id).join(upload, upload.c.id == column.upload_id)
        query = here.where(column.album_id == self.id, upload.c.user_id != self.user_id)
        return db.session.scalar(query.limit(1)) is not None

    def ids_that_wait(self) -> list[str]:
        """The public ids of what comes into it once it is approved."""
        upload = Base.metadata.tables["upload"]  # whose class needs this one
        query = select(upload.c.public_id).join(album_wish, album_wish.c.upload_id == upload.c.id)
        return list(db.session.scalars(query.where(album_wish.c.album_id == self.id)))


def _those_in(table: Table, album_id: int, upload_ids: Sequence[int]) -> set[int]:
    is_one = table.c.album_id == album_id, table.c.upload_id.in_(upload_ids)
    return set(db.session.scalars(select(table.c.upload_id).where(*is_one)))
