"""A secret link for one person that works once: to set a new password, to confirm an address."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow

if TYPE_CHECKING:
    from models.user import User

LASTS = timedelta(hours=24)
TOKEN_LENGTH = 43  # letters and digits: 256 bits, so a plain SHA-256 of it is safe to keep


class LinkKind(StrEnum):
    RESET = "reset"  # of a password
    EMAIL = "email"  # confirms that mail arrives


class OneTimeLink(Model):
    """Ends when it is used, after a day, and with every new password of its user. ``detail`` is the
    address that it confirms.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    detail: Mapped[str] = mapped_column(default="", server_default="")

    user: Mapped[User] = relationship(back_populates="links")

    @classmethod
    def issue(cls, user: User, kind: LinkKind, detail: str = "") -> str:
        """The token of a new one, which is not stored. Deletes expired links."""
        db.session.execute(delete(cls).where(cls.expires_at <= utcnow()))
        token = random_id(TOKEN_LENGTH)
        token_hash, expires_at = hash_secret(token), utcnow() + LASTS
        link = cls(user=user, kind=kind, token_hash=token_hash, expires_at=expires_at)
        link.detail = detail
        db.session.add(link)
        return token

    @classmethod
    def find(cls, token: str, kind: LinkKind) -> Self | None:
        """One that works, of a user who is active."""
        query = select(cls).where(cls.token_hash == hash_secret(token), cls.kind == kind)
        query = query.where(cls.expires_at > utcnow()).options(joinedload(cls.user))
        link = db.session.scalar(query)
        return link if link and link.user.is_active else None

    def still_works(self) -> bool:
        """By the database, which others may have changed, whatever this session is about to do."""
        same = (OneTimeLink.token_hash == self.token_hash, OneTimeLink.expires_at > utcnow())
        with db.session.no_autoflush:
            return db.session.scalar(select(OneTimeLink.id).where(*same)) is not None

    @classmethod
    def end(cls, token: str) -> None:
        db.session.execute(delete(cls).where(cls.token_hash == hash_secret(token)))

    @classmethod
    def end_all(cls, user: User, kind: LinkKind) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id, cls.kind == kind))

    @classmethod
    def end_all_of(cls, kind: LinkKind) -> None:
        """Everybody's."""
        db.session.execute(delete(cls).where(cls.kind == kind))
