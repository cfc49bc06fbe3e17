"""An album of a user."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import Column, ForeignKey, Integer, Table, func, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Model, UtcDateTime, db, random_id, utcnow
from models.limits import MAX_ALBUM
from models.user import User

# An upload may be in any number of albums. Positions give the order; gaps are allowed.
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
)


class Album(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    user: Mapped[User] = relationship()

    @classmethod
    def create(cls, user: User, name: str) -> Self:
        """Raises ValueError with a message for the user."""
        if not name.strip():
            raise ValueError("An album needs a name.")
        album = cls(user=user, name=name.strip()[:MAX_ALBUM])
        db.session.add(album)
        return album

    @classmethod
    def of(cls, user: User) -> list[Self]:
        return list(
            db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.name, cls.id))
        )

    @classmethod
    def find_of(cls, user: User, public_id: str) -> Self | None:
        """The user's own album with this id."""
        return db.session.scalar(
            select(cls).where(cls.public_id == public_id, cls.user_id == user.id)
        )

    @staticmethod
    def append(album_id: int, upload_id: int) -> None:
        """Append an upload to an album that it isn't in."""
        column = album_upload.c
        last = select(func.coalesce(func.max(column.position), 0) + 1).where(
            column.album_id == album_id
        )
        row = select(literal(album_id), literal(upload_id), last.scalar_subquery())
        db.session.execute(
            insert(album_upload).from_select(["album_id", "upload_id", "position"], row)
        )
