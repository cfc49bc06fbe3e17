"""How much everybody has: uploads and their bytes, by shelf and month. Triggers keep it (migration
0018), so that no page counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.upload.shelf import IN_BIN


class Count(NamedTuple):
    """``month`` is as in 2026-11, in UTC."""

    shelf: int
    month: str
    uploads: int
    bytes: int


class Binned(NamedTuple):
    """How many files are in a bin, and their bytes."""

    uploads: int
    bytes: int


class Tally(Model):
    """``by`` is the column that the month is of."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(primary_key=True)
    shelf: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(primary_key=True)
    uploads: Mapped[int]
    bytes: Mapped[int]

    @classmethod
    def totals(cls, user_ids: Sequence[int]) -> Sequence[tuple[int, int, int, int]]:
        """Person, uploads, bytes, and bytes of the bin, of those who have any. What is away takes
        space, too, and is none of the uploads.
        """
        there = case((cls.shelf < IN_BIN, cls.uploads), else_=0)
        binned = case((cls.shelf == IN_BIN, cls.bytes), else_=0)
        sums = (func.sum(there), func.sum(cls.bytes), func.sum(binned))
        own = select(cls.user_id, *sums).where(cls.user_id.in_(user_ids), cls.by == "received_at")
        rows = db.session.execute(own.group_by(cls.user_id))
        return [(user_id, uploads, size, away) for user_id, uploads, size, away in rows]

    @classmethod
    def of(cls, user_id: int | None, by: str) -> Sequence[Count]:
        """All counts of what this person has there, the latest month first: of nothing that is
        away.
        """
        columns = (cls.shelf, cls.month, cls.uploads, cls.bytes)
        query = select(*columns).where(cls.user_id == user_id, cls.by == by, cls.shelf < IN_BIN)
        rows = db.session.execute(query)
        return sorted((Count(*row) for row in rows), key=lambda count: count.month, reverse=True)

    @classmethod
    def away(cls, user_id: int | None, shelf: int) -> Binned:
        """How many of this person's are in the bin, or are versions, and their bytes."""
        return cls._sum(cls.user_id == user_id, cls.shelf == shelf)

    @classmethod
    def in_all_bins(cls) -> Binned:
        return cls._sum(cls.shelf == IN_BIN)

    @classmethod
    def _sum(cls, *conditions: ColumnElement[bool]) -> Binned:
        sums = func.coalesce(func.sum(cls.uploads), 0), func.coalesce(func.sum(cls.bytes), 0)
        query = select(*sums).where(cls.by == "received_at", *conditions)
        return Binned(*db.session.execute(query).one())
