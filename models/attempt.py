"""Password attempts, counted before the password is checked, in the database: over all threads,
processes and restarts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Index, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

REMEMBERED = timedelta(days=1)  # no limit has a longer period


@dataclass(frozen=True)
class Limit:
    """At most ``count`` failed attempts in any ``period``."""

    count: int
    period: timedelta


class Attempt(Model):
    """``bucket`` is a keyed hash of the network, of the account or of a browser, so that the table
    reveals no address.
    """

    __table_args__ = (Index("ix_attempt_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @classmethod
    def take(cls, bucket: str, limits: tuple[Limit, ...]) -> Self | None:
        """Count one attempt; None if a limit is reached. One statement counts and inserts, so no
        two attempts get the same place.
        """
        now = utcnow()
        db.session.execute(delete(cls).where(cls.at < now - REMEMBERED))
        row = select(literal(bucket), literal(now, UtcDateTime)).where(
            *(
                select(func.count())
                .select_from(cls)
                .where(cls.bucket == bucket, cls.at > now - limit.period)
                .scalar_subquery()
                < limit.count
                for limit in limits
            )
        )
        number = db.session.scalar(insert(cls).from_select(["bucket", "at"], row).returning(cls.id))
        return db.session.get(cls, number) if number else None

    @classmethod
    def wait(cls, bucket: str, limits: tuple[Limit, ...]) -> int:
        """Seconds until the next attempt is allowed; 0 if it is."""
        now, seconds = utcnow(), 0.0
        for limit in limits:
            query = (
                select(cls.at)
                .where(cls.bucket == bucket, cls.at > now - limit.period)
                .order_by(cls.at.desc())
                .offset(limit.count - 1)
                .limit(1)
            )
            if filling := db.session.scalar(query):
                seconds = max(seconds, (filling + limit.period - now).total_seconds())
        return int(seconds) + 1 if seconds else 0

    def give_back(self) -> None:
        """Don't count this attempt: the password was right."""
        db.session.execute(delete(Attempt).where(Attempt.id == self.id))
