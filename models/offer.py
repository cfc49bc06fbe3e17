"""All files of one person, offered to another: they go there once that one accepts, and the account
that they come from goes then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, ForeignKey, delete, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, utcnow
from models.user import User

MOST_SHOWN = 20  # of those that somebody gets
LIFETIME = timedelta(days=7)  # more files come, and whoever offered them may forget it


class Offer(Model):
    giver_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    taker_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    giver: Mapped[User] = relationship(foreign_keys=giver_id)
    taker: Mapped[User] = relationship(foreign_keys=taker_id)

    @classmethod
    def make(cls, giver: User, taker: User) -> None:
        """In the place of one that they made before."""
        db.session.execute(delete(cls).where(cls.giver_id == giver.id))
        db.session.add(cls(giver_id=giver.id, taker_id=taker.id))

    @classmethod
    def of(cls, giver: User) -> Self | None:
        query = select(cls).where(cls.giver_id == giver.id, cls._stands())
        return db.session.scalar(query.options(joinedload(cls.taker)))

    @classmethod
    def to(cls, taker: User) -> Sequence[Self]:
        """The oldest first, of people who are still here."""
        of_people = select(cls).join(cls.giver).where(User.is_in_use())
        query = of_people.where(cls.taker_id == taker.id, cls._stands())
        oldest = query.order_by(cls.created_at, cls.giver_id).limit(MOST_SHOWN)
        return db.session.scalars(oldest.options(joinedload(cls.giver))).all()

    @classmethod
    def is_between(cls, giver: User, taker: User) -> bool:
        query = select(cls.giver_id).where(cls.giver_id == giver.id, cls.taker_id == taker.id)
        return db.session.scalar(query.where(cls._stands())) is not None

    @classmethod
    def _stands(cls) -> ColumnElement[bool]:
        """A condition."""
        return cls.created_at > utcnow() - LIFETIME

    @property
    def ends_at(self) -> datetime:
        return self.created_at + LIFETIME

    @classmethod
    def end(cls, giver: User, taker: User | None = None) -> bool:
        """Whether there was one; to this taker, if one is named."""
        row = delete(cls).where(cls.giver_id == giver.id)
        row = row.where(cls.taker_id == taker.id) if taker else row
        return bool(db.session.execute(row).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def end_all(cls, user: User) -> None:
        """Those that somebody made or got."""
        theirs = or_(cls.giver_id == user.id, cls.taker_id == user.id)
        db.session.execute(delete(cls).where(theirs))
