"""Keys of the upload API. A key is 128 random characters, so a plain SHA-256 of it is safe to
keep.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self, TypedDict, Unpack

from sqlalchemy import ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, hash_secret, random_id, utcnow
from models.limits import MAX_LABEL
from models.user import User

SECRET_LENGTH = 128
_LAST_USED_STEP = timedelta(minutes=1)  # so that "last used" doesn't cost a write per upload


class Scope(StrEnum):
    """What a program may do with a key."""

    UPLOAD = "upload"
    READ = "read"  # what is the person's own, by the managing API
    MANAGE = "manage"  # whatever the person may with it, and upload


class KeyLimits(TypedDict, total=False):
    """As the columns."""

    scope: str
    expires_at: datetime | None
    album_id: str | None
    max_mb: int | None


class ApiKey(Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str | None]  # of uploads with it; None: as its person says
    # public id of the album that they go into, which may be deleted; None: as its person says
    album_id: Mapped[str | None]
    max_mb: Mapped[int | None]  # of one file; None: as the site says
    scope: Mapped[str] = mapped_column(default=Scope.UPLOAD, server_default=Scope.UPLOAD)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secret_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_from: Mapped[str | None]  # IP address, shown to its person alone, forgotten later
    refusal: Mapped[str | None]  # why and when the last refused upload was refused
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @classmethod
    def issue(
        cls, user: User, label: str = "", visibility: str | None = None, **limits: Unpack[KeyLimits]
    ) -> tuple[Self, str]:
        """A new key and its text, which is shown once and not stored."""
        public_id = random_id(6)
        text = f"chv_{public_id}_{random_id(SECRET_LENGTH)}"
        key = cls(
            public_id=public_id,
            user=user,
            label=label.strip()[:MAX_LABEL],
            visibility=visibility or None,
            secret_hash=hash_secret(text),
            **limits,
        )
        db.session.add(key)
        return key, text

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The key with this text, of an active user, if it hasn't expired."""
        parts = text.split("_")
        if len(parts) != 3 or parts[0] != "chv":
            return None
        query = select(cls).where(cls.public_id == parts[1]).options(joinedload(cls.user))
        key = db.session.scalar(query)
        if (
            not key
            or not hmac.compare_digest(key.secret_hash, hash_secret(text))
            or not key.user.is_active
            or key.is_expired
        ):
            return None
        return key

    @classmethod
    def still_works(cls, public_id: str) -> bool:
        """Whether it is there, hasn't expired, and its user is active. Brings key and user up to
        date.
        """
        query = select(cls).where(cls.public_id == public_id).options(joinedload(cls.user))
        key = db.session.scalar(query.execution_options(populate_existing=True))
        return key is not None and not key.is_expired and key.user.is_active

    @classmethod
    def album_of(cls, public_id: str) -> str | None:
        return db.session.scalar(select(cls.album_id).where(cls.public_id == public_id))

    @classmethod
    def of(cls, user: User) -> list[Self]:
        return list(
            db.session.scalars(select(cls).where(cls.user_id == user.id).order_by(cls.id.desc()))
        )

    @classmethod
    def end_all(cls, user: User) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id))

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
    def owner_name(cls, public_id: str) -> str:
        query = select(User.name).join(cls, cls.user_id == User.id)
        return db.session.scalar(query.where(cls.public_id == public_id)) or ""

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

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= utcnow()

    @property
    def may_upload(self) -> bool:
        return self.scope != Scope.READ

    @property
    def is_bound(self) -> bool:
        """Whether its album is all that it reaches, not only where its uploads go."""
        return self.scope != Scope.UPLOAD and self.album_id is not None

    @property
    def max_bytes(self) -> int | None:
        return self.max_mb * 1_000_000 if self.max_mb else None

    def touch(self, address: str) -> None:
        now = utcnow()
        if not self.last_used_at or now - self.last_used_at > _LAST_USED_STEP:
            self.last_used_at, self.last_used_from = now, address

    @classmethod
    def knows_addresses(cls, after: timedelta) -> bool:
        """Whether there is anything to forget."""
        return db.session.scalar(select(cls.id).where(*cls._unused_for(after)).limit(1)) is not None

    @classmethod
    def forget_addresses(cls, after: timedelta) -> None:
        """From where keys were used that weren't used since."""
        db.session.execute(update(cls).where(*cls._unused_for(after)).values(last_used_from=None))

    @classmethod
    def _unused_for(cls, time: timedelta) -> tuple[ColumnElement[bool], ...]:
        return cls.last_used_from.is_not(None), cls.last_used_at < utcnow() - time

    def note_refusal(self, message: str) -> None:
        self.refusal, self.refused_at = message, utcnow()
