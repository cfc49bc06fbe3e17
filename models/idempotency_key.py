"""Keys by which a program says that it sends the same upload again
(draft-ietf-httpapi-idempotency-key-header).

The row is claimed while the first one runs, and finished with the sealed answer in the transaction
that stores the upload. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

REMEMBERED = timedelta(hours=24)


class IdempotencyKey(Model):
    """``key_hash`` is a keyed hash of who sends and of the key, ``fingerprint`` one of the file and
    its options. ``holder`` is a random text of this claim, ``process`` the one that made it.
    ``sealed`` None: not finished. ``upload_id`` of a finished one is None once that is deleted.
    """

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    fingerprint: Mapped[str]
    holder: Mapped[str]
    process: Mapped[str]
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), index=True
    )
    sealed: Mapped[str | None]

    @classmethod
    def find(cls, key_hash: str) -> Self | None:
        """As it is now, unless it is too old to be remembered."""
        query = select(cls).where(cls.key_hash == key_hash, cls.claimed_at > utcnow() - REMEMBERED)
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def is_answered(cls, key_hash: str) -> bool:
        known = select(cls.key_hash).where(cls.key_hash == key_hash, cls.sealed.is_not(None))
        return db.session.scalar(known.where(cls.claimed_at > utcnow() - REMEMBERED)) is not None

    @classmethod
    def claim(
        cls, key_hash: str, fingerprint: str, user_id: int | None, holder: str, process: str
    ) -> None:
        """In the place of one that nobody holds any more. Call it as the one writer."""
        db.session.execute(delete(cls).where(cls.key_hash == key_hash))
        values = {"key_hash": key_hash, "fingerprint": fingerprint, "user_id": user_id}
        row = cls(**values, holder=holder, process=process, claimed_at=utcnow())
        db.session.add(row)

    @classmethod
    def finish(cls, key_hash: str, holder: str, upload_id: int, sealed: str) -> bool:
        """Whether the claim still held."""
        mine = update(cls).where(*cls._held(key_hash, holder))
        done = mine.values(upload_id=upload_id, sealed=sealed).returning(cls.key_hash)
        return db.session.scalar(done) is not None

    @classmethod
    def release(cls, key_hash: str, holder: str) -> None:
        db.session.execute(delete(cls).where(*cls._held(key_hash, holder)))

    @classmethod
    def _held(cls, key_hash: str, holder: str) -> Collection[ColumnElement[bool]]:
        return cls.key_hash == key_hash, cls.holder == holder, cls.sealed.is_(None)

    @classmethod
    def has_old(cls) -> bool:
        query = select(cls.key_hash).where(cls.claimed_at <= utcnow() - REMEMBERED)
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def forget_old(cls, limit: int) -> int:
        """How many were deleted."""
        old = select(cls.key_hash).where(cls.claimed_at <= utcnow() - REMEMBERED).limit(limit)
        gone = db.session.execute(delete(cls).where(cls.key_hash.in_(old)))
        return int(gone.rowcount)  # type: ignore[attr-defined]
