"""The picture of a person. It is small and belongs to the row of its person, so the database has
it: it comes and goes with that row, in every backup, and after every crash.
"""

from __future__ import annotations

from typing import Self

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db, random_id
from models.user import User

ID_LENGTH = 16  # its address answers everybody, so it isn't to be found by trying


class Portrait(Model):
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    public_id: Mapped[str] = mapped_column(unique=True)
    data: Mapped[bytes]

    @classmethod
    def set(cls, user: User, data: bytes) -> None:
        """In the place of the one before, under another address."""
        cls.clear(user)
        user.portrait = random_id(ID_LENGTH)
        db.session.add(cls(user_id=user.id, public_id=user.portrait, data=data))

    @classmethod
    def clear(cls, user: User) -> None:
        user.portrait = None
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    @classmethod
    def find(cls, public_id: str) -> Self | None:
        return db.session.scalar(select(cls).where(cls.public_id == public_id))
