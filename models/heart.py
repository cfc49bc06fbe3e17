"""A heart that a member gives to a file; triggers count them as `likes` (migration 0063)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from models.album import Album
from models.album_uploads import album_upload
from models.base import Model, UtcDateTime, db, utcnow
from models.profile import profile_seen_by
from models.upload import PAGE, Upload
from models.upload.library import Order, Place
from models.user import User
from models.visitor import Visitor

MOST_NAMED = 12  # givers on the page of a file; of the others, how many
NEWEST = Order("received_at", is_descending=True)  # of dates: as places are written


class Heart(Model):
    __table_args__ = (Index("ix_heart_user_id_at", "user_id", "at", "upload_id"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    @classmethod
    def give(cls, user_id: int, upload_id: int) -> bool:
        """Whether it is a new one; each member has one for a file."""
        values = literal(user_id, Integer), Upload.id, literal(utcnow(), UtcDateTime)
        row = select(*values).where(Upload.id == upload_id)  # while it is there
        into = insert(cls).prefix_with("OR IGNORE")
        given: Any = db.session.execute(into.from_select(["user_id", "upload_id", "at"], row))
        return bool(given.rowcount)

    @classmethod
    def take_back(cls, user_id: int, upload_id: int) -> datetime | None:
        """When it was given; None where there was none."""
        row = delete(cls).where(cls.user_id == user_id, cls.upload_id == upload_id)
        return db.session.scalar(row.returning(cls.at))

    @classmethod
    def is_given(cls, user_id: int, upload_id: int) -> bool:
        query = select(cls.at).where(cls.user_id == user_id, cls.upload_id == upload_id)
        return db.session.scalar(query) is not None

    @classmethod
    def givers(cls, upload: Upload, visitor: Visitor, limit: int = MOST_NAMED) -> list[User]:
        """Who gave one last, of those whom this member sees on the site: nobody who is banned or
        leaving, and who has a private profile only on a file of the visitor's own, where a
        notification has told of them.
        """
        seen = User.is_in_use() if upload.is_owner(visitor) else profile_seen_by(visitor)
        query = select(User).join(cls, cls.user_id == User.id)
        query = query.where(cls.upload_id == upload.id, seen)
        last = query.order_by(text("heart.rowid DESC"))  # as its index by files has them
        return list(db.session.scalars(last.limit(limit)))

    @classmethod
    def last_between(cls, user_id: int, owner_id: int) -> int | None:
        """The row id of the file of one person that another gave a heart last."""
        query = select(cls.upload_id).join(Upload, Upload.id == cls.upload_id)
        query = query.where(cls.user_id == user_id, Upload.user_id == owner_id)
        return db.session.scalar(query.order_by(cls.at.desc()).limit(1))

    @classmethod
    def givable(cls, visitor: Visitor, public_ids: Sequence[str]) -> dict[str, int]:
        """Row ids by public ids: those that this member may open, by themselves or in an album."""
        query = select(Upload.public_id, Upload.id).where(Upload.public_id.in_(public_ids))
        is_open = or_(Upload.openable_by(visitor), cls._is_shown_to(visitor))
        rows = db.session.execute(query.where(Upload.alive(), is_open))
        return {row[0]: row[1] for row in rows}

    @staticmethod
    def _is_shown_to(visitor: Visitor) -> ColumnElement[bool]:
        return exists().where(
            album_upload.c.upload_id == Upload.id,
            Album.id == album_upload.c.album_id,
            Album.openable_by(visitor),
        )

    @classmethod
    def own_of(cls, user_id: int, limit: int) -> list[int]:
        """The row ids of files of their own that this member gave one, the last first."""
        query = select(cls.upload_id).join(Upload, Upload.id == cls.upload_id)
        query = query.where(cls.user_id == user_id, Upload.user_id == user_id, Upload.alive())
        return list(
            db.session.scalars(query.order_by(cls.at.desc(), cls.upload_id.desc()).limit(limit))
        )

    @classmethod
    def page_of(
        cls, visitor: Visitor, after: Place | None = None, limit: int = PAGE
    ) -> list[tuple[Upload, Place]]:
        """What this member gave one, the last first, from behind a place: as far as it, or an album
        that it is in, is still open to them.
        """
        is_open = or_(Upload.openable_by(visitor), cls._is_shown_to(visitor))
        query = select(Upload, cls.at).join(cls, cls.upload_id == Upload.id)
        query = query.where(cls.user_id == visitor.user_id, Upload.alive(), is_open)
        place = tuple_(cls.at, cls.upload_id)
        if after:
            here = literal(after.value, UtcDateTime), literal(after.rank)
            query = query.where(place < tuple_(*here))
        query = query.order_by(cls.at.desc(), cls.upload_id.desc()).limit(limit)
        rows = db.session.execute(query.options(joinedload(Upload.user)))
        return [(row[0], Place(row[1], row[0].id)) for row in rows]


def albums_that_show(upload_ids: list[int], visitor: Visitor) -> dict[int, Album]:
    """One album of each upload that opens to this visitor, by the row ids of uploads."""
    query = select(album_upload.c.upload_id, Album).join(Album, Album.id == album_upload.c.album_id)
    query = query.where(album_upload.c.upload_id.in_(upload_ids), Album.openable_by(visitor))
    return {row[0]: row[1] for row in db.session.execute(query)} if upload_ids else {}
