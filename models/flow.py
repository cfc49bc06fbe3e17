"""What came in and what went, by quarter of an hour: every zone's days begin with one. Triggers
keep it, so that nothing counts uploads.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db

SECONDS = 900  # of a quarter of an hour
Span = tuple[datetime, datetime]  # from, until before


class Sums(NamedTuple):
    """``bytes`` came, ``freed`` went. ``uploads`` came, some of which may have gone since."""

    uploads: int = 0
    bytes: int = 0
    freed: int = 0


class Flow(Model):
    """``quarter`` is the number of quarters of an hour since 1970, in UTC. The bytes that came less
    those that went are all that is kept.
    """

    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uploads: Mapped[int]
    bytes: Mapped[int]
    freed: Mapped[int]

    @classmethod
    def within(cls, spans: Sequence[Span]) -> list[Sums]:
        """Of each span, in one statement."""
        numbers = json.dumps([[quarter_of(begin), quarter_of(end)] for begin, end in spans])
        span = func.json_each(numbers).table_valued("key", "value")
        begin, end = (func.json_extract(span.c.value, f"$[{at}]") for at in (0, 1))
        sums = (func.sum(cls.uploads), func.sum(cls.bytes), func.sum(cls.freed))
        inside = span.join(cls, and_(cls.quarter >= begin, cls.quarter < end))
        rows = db.session.execute(
            select(span.c.key, *sums).select_from(inside).group_by(span.c.key)
        )
        found = {key: Sums(*rest) for key, *rest in rows}
        return [found.get(number, Sums()) for number in range(len(spans))]


def quarter_of(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS


def begin_of(quarter: int) -> datetime:
    return datetime.fromtimestamp(quarter * SECONDS, UTC)
