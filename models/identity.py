"""Who somebody is at a provider of OpenID Connect: by it they log in to an account here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Model, UtcDateTime, db, random_id, utcnow

if TYPE_CHECKING:
    from models.user import User

ID_LENGTH = 8
MAX_LABEL = 100  # characters of a name there that are kept


class Identity(Model):
    """``subject`` is what the provider calls them for ever, ``label`` what it called them when the
    two were connected.
    """

    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @classmethod
    def find(cls, issuer: str, subject: str) -> Self | None:
        found = select(cls).where(cls.issuer == issuer, cls.subject == subject)
        return db.session.scalar(found)

    @classmethod
    def of(cls, user: User, issuer: str | None = None) -> list[Self]:
        """All, or those at one provider."""
        query = select(cls).where(cls.user_id == user.id).order_by(cls.id)
        if issuer is not None:
            query = query.where(cls.issuer == issuer)
        return list(db.session.scalars(query))

    @classmethod
    def add(cls, user: User, issuer: str, subject: str, label: str) -> Self:
        row = cls(user=user, issuer=issuer, subject=subject, label=label[:MAX_LABEL])
        db.session.add(row)
        return row

    @classmethod
    def end_all(cls, user: User) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    def use(self) -> None:
        self.last_used_at = utcnow()

    def end(self) -> None:
        db.session.delete(self)
