"""A person's album."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Model, UtcDateTime, db, random_id, utcnow
from models.user import User


class Album(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    user: Mapped[User] = relationship()

    @classmethod
    def create(cls, user: User, name: str) -> Self:
        """Raises ValueError with a sentence for the person."""
        if not name.strip():
            raise ValueError("An album needs a name.")
        album = cls(user=user, name=name.strip()[:100])
        db.session.add(album)
        return album

    @classmethod
    def of(cls, user: User) -> list[Self]:
        return list(db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.name, cls.id)))

    @classmethod
    def owned_by(cls, user_id: int, public_id: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.public_id == public_id, cls.user_id == user_id))
