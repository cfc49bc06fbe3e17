"""Which moderator opened which private upload of somebody else, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

LASTS = timedelta(hours=1)  # then the moderator is asked again
SHOWN = 5  # of one upload, to its owner


class OpenedAsModerator(Model):
    """The permission, while it lasts, and the record of it, which outlives account and upload.
    ``name`` is the moderator's then; public ids are never used again.
    """

    __table_args__ = (Index("ix_opened_as_moderator_user_id_at", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    name: Mapped[str]
    public_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    @classmethod
    def ids_open_to(cls, user_id: int | None) -> Select[str]:
        """The public ids of what this moderator has opened and may still see."""
        return select(cls.public_id).where(cls.user_id == user_id, cls.at > utcnow() - LASTS)

    @classmethod
    def is_open(cls, public_id: str, user_id: int) -> bool:
        query = cls.ids_open_to(user_id).where(cls.public_id == public_id)
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def of(cls, public_id: str) -> Sequence[Self]:
        """The latest of an upload, newest first."""
        query = select(cls).where(cls.public_id == public_id)
        return db.session.scalars(query.order_by(cls.id.desc()).limit(SHOWN)).all()
