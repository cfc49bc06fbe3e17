"""What a moderator refused, until its owner has read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, false, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow
from models.upload import Upload
from models.visitor import Visitor

MOST_SHOWN = 20  # at once, to one person


class Refusal(Model):
    """The upload is gone; ``name`` is what it was called. Of a guest's, the browser that sent it is
    told (`Access.guest_browser`).
    """

    __table_args__ = (
        Index("ix_refusal_user_id_id", "user_id", "id"),
        Index("ix_refusal_guest_browser_id", "guest_browser", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    guest_browser: Mapped[str | None]
    name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    @classmethod
    def add(cls, upload: Upload) -> None:
        """Of a guest whose browser isn't known, nobody could be told."""
        if upload.user_id is None and upload.guest_browser is None:
            return
        values: dict[str, Any] = {
            "user_id": upload.user_id,
            "guest_browser": upload.guest_browser,
            "name": upload.title or upload.filename,
            "at": utcnow(),
        }
        db.session.execute(insert(cls).values(values))

    @classmethod
    def told_to(cls, visitor: Visitor) -> Sequence[Self]:
        """The oldest first."""
        query = select(cls).where(cls._of(visitor)).order_by(cls.id).limit(MOST_SHOWN)
        return db.session.scalars(query).all()

    @classmethod
    def forget(cls, visitor: Visitor, last: int) -> None:
        """Those that this visitor has read: up to a row id."""
        db.session.execute(delete(cls).where(cls._of(visitor), cls.id <= last))

    @classmethod
    def knows_old(cls, after: timedelta) -> bool:
        """Whether there is anything to forget: rows are in the order of their ids."""
        oldest = db.session.scalar(select(cls.at).order_by(cls.id).limit(1))
        return oldest is not None and oldest < utcnow() - after

    @classmethod
    def forget_old(cls, after: timedelta) -> None:
        db.session.execute(delete(cls).where(cls.at < utcnow() - after))

    @classmethod
    def _of(cls, visitor: Visitor) -> ColumnElement[bool]:
        if visitor.is_member:
            return cls.user_id == visitor.user_id
        return cls.guest_browser == visitor.guest if visitor.guest else false()
