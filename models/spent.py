"""Secrets that work once and are known to nobody's row: challenges of passkeys, first steps of
log-ins. The browser holds them; that they were used stands here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, hash_secret, utcnow

REMEMBERED = timedelta(hours=1)  # whatever is noted here ends by itself long before


class Spent(Model):
    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @classmethod
    def spend(cls, secret: str) -> bool:
        """Whether this is its first use."""
        now = utcnow()
        db.session.execute(delete(cls).where(cls.at < now - REMEMBERED))
        row = insert(cls).values(secret_hash=hash_secret(secret), at=now)
        return bool(db.session.execute(row.on_conflict_do_nothing()).rowcount)  # type: ignore[attr-defined]
