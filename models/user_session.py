"""A log-in session of one browser. Its cookie is valid only while this row exists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow

if TYPE_CHECKING:
    from models.user import User

# after that, log in again; the cookie itself ends after a month without a visit
LIFETIME = timedelta(days=365)
TOUCHED_EVERY = timedelta(minutes=10)
ID_LENGTH = 8
MAX_AGENT = 200  # characters that are kept
TOKEN_LENGTH = 43  # letters and digits: 256 bits, so a plain SHA-256 of it is safe to keep


class UserSession(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow, index=True)
    public_id: Mapped[str | None] = mapped_column(
        unique=True, index=True, default=lambda: random_id(ID_LENGTH)
    )
    agent: Mapped[str] = mapped_column(default="", server_default="")
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=utcnow)

    user: Mapped[User] = relationship(back_populates="sessions")

    @classmethod
    def begin(cls, user: User, agent: str) -> str:
        """The token of a new session, which is not stored. ``agent`` is the browser's User-Agent
        header. Deletes expired sessions.
        """
        db.session.execute(delete(cls).where(cls.created_at < utcnow() - LIFETIME))
        token = random_id(TOKEN_LENGTH)
        row = cls(user=user, token_hash=hash_secret(token), agent=agent[:MAX_AGENT])
        db.session.add(row)
        return token

    @classmethod
    def find(cls, token: str) -> Self | None:
        """The session with this token, of an active user."""
        query = (
            select(cls)
            .where(cls.token_hash == hash_secret(token), cls.created_at >= utcnow() - LIFETIME)
            .options(joinedload(cls.user))
        )
        session = db.session.scalar(query)
        return session if session and session.user.is_active else None

    @classmethod
    def of(cls, user: User) -> list[Self]:
        """The last used first."""
        query = select(cls).where(cls.user_id == user.id, cls.created_at >= utcnow() - LIFETIME)
        return list(db.session.scalars(query.order_by(cls.last_used_at.desc(), cls.id.desc())))

    def is_of(self, token: str) -> bool:
        return self.token_hash == hash_secret(token)

    @property
    def is_touch_due(self) -> bool:
        """Whether it was used so long ago that this is worth a write."""
        return self.last_used_at is None or utcnow() - self.last_used_at >= TOUCHED_EVERY

    @classmethod
    def touch(cls, token_hash: str, at: datetime) -> None:
        """It was used then, unless it was later, too."""
        later = cls.last_used_at > at
        used = update(cls).where(cls.token_hash == token_hash, cls.last_used_at.is_(None) | ~later)
        db.session.execute(used.values(last_used_at=at))

    @classmethod
    def end_of(cls, user: User, public_id: str) -> bool:
        """Whether this user had such a session."""
        row = delete(cls).where(cls.user_id == user.id, cls.public_id == public_id)
        return bool(db.session.execute(row).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def end_others(cls, user: User, token: str) -> None:
        others = cls.token_hash != hash_secret(token)
        db.session.execute(delete(cls).where(cls.user_id == user.id, others))

    @classmethod
    def end_all(cls, user: User) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    @classmethod
    def end(cls, token: str) -> None:
        db.session.execute(delete(cls).where(cls.token_hash == hash_secret(token)))
