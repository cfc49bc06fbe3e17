"""Everything that somebody has sent, in any order, filtered or not.

What is filtered by is one number, the shelf of an upload, and each order has an index by owner and
shelf: a page takes the first of each shelf and merges them, so that none slows down as the library
grows. A tally says which shelves have anything, how much, and of which months (`models.tally`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Computed, and_, event, literal, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from models.base import UtcDateTime, db
from models.upload.access import Access
from models.upload.listing import PAGE, Listing, has_changed
from models.upload.merged import first_ranks, in_order
from models.upload.shelf import SHELF, is_expiring

MAX_NAME_KEY = 60  # letters
NUMBER = 8  # digits, so that IMG_9 comes before IMG_10
_NUMBER = re.compile(r"[0-9]+")


class Place(NamedTuple):
    """Where a page ends: the value that orders it, and the rank."""

    value: datetime | str | int
    rank: int


class Order(NamedTuple):
    """``column`` has an index by owner and shelf, in which the rank orders rows of one value."""

    column: str
    is_descending: bool

    @property
    def is_of_dates(self) -> bool:
        return self.column in ("received_at", "pictured_at")

    @property
    def counted_by(self) -> str:
        """The column whose months the tally has."""
        return self.column if self.is_of_dates else "received_at"

    def place_of(self, upload: Any) -> Place:
        at = upload.pictured if self.column == "pictured_at" else getattr(upload, self.column)
        return Place(at, upload.rank)

    def date_of(self, upload: Any) -> datetime:
        at: datetime = upload.pictured if self.column == "pictured_at" else upload.received_at
        return at


ORDERS = {
    "newest": Order("received_at", True),
    "oldest": Order("received_at", False),
    "taken-newest": Order("pictured_at", True),
    "taken-oldest": Order("pictured_at", False),
    "name": Order("name_key", False),
    "views": Order("views", True),
    "largest": Order("size", True),
}


class Library(Access):
    """``pictured_at`` is the date taken, else the one received."""

    album_count: Mapped[int] = mapped_column(default=0, server_default="0")  # kept by triggers
    shelf: Mapped[int] = mapped_column(Computed(SHELF, persisted=False), deferred=True)
    pictured_at: Mapped[datetime] = mapped_column(
        UtcDateTime,
        Computed("coalesce(taken_at, received_at)", persisted=False),
        deferred=True,
        nullable=True,
    )
    name_key: Mapped[str] = mapped_column(default="", server_default="")

    @classmethod
    def sent_by(
        cls,
        user_id: int | None,
        shelves: Sequence[int],
        order: Order,
        *,
        after: Place | None = None,
        is_backwards: bool = False,
        years: tuple[datetime, datetime] | None = None,
        limit: int = PAGE,
    ) -> list[Self]:
        """A page of what this person sent and is on these shelves, from behind a place; backwards:
        the page before it. ``years`` bounds the date of an order of dates.
        """
        if user_id is None or not shelves:
            return []
        value, rank = getattr(cls, order.column), cls.rank  # type: ignore[attr-defined]
        is_descending = order.is_descending != is_backwards
        bounds = [] if years is None else [value >= years[0], value < years[1]]
        if after:
            here = tuple_(literal(after.value, value.type), literal(after.rank, rank.type))
            place = tuple_(value, rank)
            bounds.append(place < here if is_descending else place > here)
        parts = [and_(cls._on_shelf(user_id, shelf), *bounds) for shelf in shelves]
        ranks = first_ranks(parts, value, rank, is_descending, limit)
        rows = select(cls).where(rank.in_(ranks)).order_by(*in_order(value, rank, is_descending))
        uploads = list(db.session.scalars(rows))
        return uploads[::-1] if is_backwards else uploads

    @classmethod
    def _on_shelf(cls, user_id: int, shelf: int) -> ColumnElement[bool]:
        own = (cls.user_id == user_id) & (cls.shelf == shelf)
        return own & cls.alive() if is_expiring(shelf) else own

    @property
    def pictured(self) -> datetime:
        """`pictured_at`, of a row that is loaded."""
        upload: Any = self
        at: datetime = upload.taken_at or upload.received_at
        return at


def name_key(text: str) -> str:
    """By which names are sorted: the same for all cases and accents, numbers by their value."""
    plain = unicodedata.normalize("NFKD", text[:MAX_NAME_KEY])
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn").casefold()
    return _NUMBER.sub(lambda digits: digits[0].zfill(NUMBER), plain)[:MAX_NAME_KEY]


@event.listens_for(Listing, "before_insert", propagate=True)
@event.listens_for(Listing, "before_update", propagate=True)
def _keep_name_key(_mapper: Any, _connection: Any, upload: Any) -> None:
    if has_changed(upload, "title") or has_changed(upload, "name"):
        upload.name_key = name_key(upload.title or upload.name)
