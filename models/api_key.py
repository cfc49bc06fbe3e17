"""Keys of the upload API. A key is 128 random characters, so a plain SHA-256 of it is safe to
keep.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow
from models.limits import MAX_LABEL
from models.user import User

SECRET_LENGTH = 128
_LAST_USED_STEP = timedelta(minutes=1)  # so that "last used" doesn't cost a write per upload


class ApiKey(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str | None]  # of uploads with it; None: as its person says
    secret_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str | None]  # why and when the last refused upload was refused
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @classmethod
    def issue(cls, user: User, label: str = "", visibility: str | None = None) -> tuple[Self, str]:
        """A new key and its text, which is shown once and not stored."""
        public_id = random_id(6)
        text = f"chv_{public_id}_{random_id(SECRET_LENGTH)}"
        key = cls(
            public_id=public_id,
            user=user,
            label=label.strip()[:MAX_LABEL],
            visibility=visibility or None,
            secret_hash=hash_secret(text),
        )
        db.session.add(key)
        return key, text

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The key with this text, of an active user."""
        parts = text.split("_")
        if len(parts) != 3 or parts[0] != "chv":
            return None
        query = select(cls).where(cls.public_id == parts[1]).options(joinedload(cls.user))
        key = db.session.scalar(query)
        if (
            not key
            or not hmac.compare_digest(key.secret_hash, hash_secret(text))
            or not key.user.is_active
        ):
            return None
        return key

    @classmethod
    def of(cls, user: User) -> list[Self]:
        return list(
            db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.id.desc()))
        )

    @classmethod
    def find_of(cls, user: User, public_id: str) -> Self | None:
        """The user's own key with this id."""
        return db.session.scalar(
            select(cls).where(cls.public_id == public_id, cls.user_id == user.id)
        )

    @classmethod
    def all_with_users(cls) -> list[Self]:
        return list(db.session.scalars(select(cls).options(joinedload(cls.user)).order_by(cls.id)))

    @classmethod
    def revoke(cls, public_id: str, user: User | None = None) -> bool:
        """Delete a key, if it is ``user``'s (None: anybody's); whether there was one."""
        query = delete(cls).where(cls.public_id == public_id)
        if user:
            query = query.where(cls.user_id == user.id)
        return bool(db.session.execute(query).rowcount)  # type: ignore[attr-defined]

    @property
    def prefix(self) -> str:
        return f"chv_{self.public_id}_…"

    def touch(self) -> None:
        now = utcnow()
        if not self.last_used_at or now - self.last_used_at > _LAST_USED_STEP:
            self.last_used_at = now

    def note_refusal(self, message: str) -> None:
        self.refusal, self.refused_at = message, utcnow()
