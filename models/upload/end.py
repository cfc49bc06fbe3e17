"""When an upload ends, also one that stays while people look at it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple


class End(NamedTuple):
    """``at``: None for never. ``unused_days``: it is put off by each view to so many days later."""

    at: datetime | None
    unused_days: int | None = None


def unused_end(days: int, now: datetime) -> datetime:
    """The first midnight (UTC) by which nobody has looked for so many days: all views of one day
    give the same, so that each day writes once.
    """
    day = now.astimezone(UTC).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), UTC)
