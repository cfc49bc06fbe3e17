"""When an upload ends that stays while people look at it: so many days after the last view."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped

from models.base import db, utcnow
from models.upload.access import Access
from models.upload.away import AWAY
from models.upload.end import unused_end

_AT_ONCE = 500  # ids of one statement; SQLite takes 32,766


class Ending(Access):
    """``unused_days``: a view puts `expires_at` off to so many days later. None: no view does."""

    unused_days: Mapped[int | None]

    @classmethod
    def put_off(cls, public_ids: Collection[str], now: datetime, guest_days: int) -> None:
        """Somebody has looked at these: those that stay while they are used end later. A guest's
        ends no later than ``guest_days`` after it came (0: any time), unless it did already.

        One whose end has passed since it was looked at comes back, until it is deleted.
        """
        ids = sorted(public_ids)
        for at in range(0, len(ids), _AT_ONCE):
            columns = cls.id, cls.user_id, cls.received_at, cls.expires_at, cls.unused_days  # type: ignore[attr-defined]
            some = select(*columns).where(cls.public_id.in_(ids[at : at + _AT_ONCE]))
            lasting = cls.unused_days.is_not(None) & (cls.expires_at > AWAY)
            for row in db.session.execute(some.where(lasting)).all():
                end = unused_end(row.unused_days, now)
                if row.user_id is None and guest_days:
                    end = min(end, row.received_at + timedelta(days=guest_days))
                if end > row.expires_at:
                    later = update(cls).where(cls.id == row.id, cls.expires_at == row.expires_at)
                    db.session.execute(later.values(expires_at=end))

    @property
    def has_ended(self) -> bool:
        return self.expires_at is not None and self.expires_at <= utcnow()

    @property
    def is_put_off_by_now(self) -> bool:
        """Whether a view of this moment lets it end later."""
        days, end = self.unused_days, self.expires_at
        return days is not None and end is not None and end < unused_end(days, utcnow())
