"""A secret on its way to the one page that shows it: sealed, so that only the browser which it was
made for can have it, and gone with the first look.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, hash_secret, utcnow

LASTS = timedelta(hours=1)  # the page follows the form; who doesn't get there starts anew


class ShownOnce(Model):
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @classmethod
    def put(cls, token: str, sealed: str) -> None:
        """Deletes what nobody came for."""
        db.session.execute(delete(cls).where(cls.expires_at <= utcnow()))
        db.session.add(
            cls(token_hash=hash_secret(token), sealed=sealed, expires_at=utcnow() + LASTS)
        )

    @classmethod
    def take(cls, token: str) -> str:
        """The sealed text, which is deleted; "" where there is none."""
        own = delete(cls).where(cls.token_hash == hash_secret(token), cls.expires_at > utcnow())
        return db.session.scalar(own.returning(cls.sealed)) or ""
