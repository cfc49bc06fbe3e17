"""A log-in session of one browser. Its cookie is valid only while this row exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow

if TYPE_CHECKING:
    from models.user import User

# after that, log in again; the cookie itself ends after a month without a visit
LIFETIME = timedelta(days=365)
TOKEN_LENGTH = 43  # letters and digits: 256 bits, so a plain SHA-256 of it is safe to keep


class UserSession(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)

    user: Mapped[User] = relationship(back_populates="sessions")

    @classmethod
    def begin(cls, user: User) -> str:
        """The token of a new session, which is not stored. Deletes expired sessions."""
        db.session.execute(delete(cls).where(cls.created_at < utcnow() - LIFETIME))
        token = random_id(TOKEN_LENGTH)
        db.session.add(cls(user=user, token_hash=hash_secret(token)))
        return token

    @classmethod
    def find(cls, token: str) -> Self | None:
        """The session with this token, of a user who is not banned."""
        query = (
            select(cls)
            .where(cls.token_hash == hash_secret(token), cls.created_at >= utcnow() - LIFETIME)
            .options(joinedload(cls.user))
        )
        session = db.session.scalar(query)
        return session if session and not session.user.is_banned else None

    @classmethod
    def end(cls, token: str) -> None:
        db.session.execute(delete(cls).where(cls.token_hash == hash_secret(token)))
