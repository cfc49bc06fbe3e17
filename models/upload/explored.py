"""What people show to others: by how often it was seen, at random, or of one kind.

Only what is public or for members, also of one's own: these pages say what there is to see here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, literal, select, text, tuple_
from sqlalchemy.orm import selectinload

from models.base import db
from models.upload.library import Place
from models.upload.listing import PAGE, Listing
from models.upload.merged import first_ranks, in_order
from models.visitor import Visitor

# As their indexes have them, word for word.
IS_VIDEO = "kind = 'video'"
IS_ANIMATION = "kind = 'image' AND is_animated"
IS_LASTING = "expires_at IS NULL"


class Explored(Listing):
    @classmethod
    def popular(cls, visitor: Visitor, after: Place | None = None, limit: int = PAGE) -> list[Self]:
        """What was seen most often."""
        upload: Any = cls
        return cls._shown(visitor, upload.views, after, limit=limit)

    @classmethod
    def videos(cls, visitor: Visitor, after: Place | None = None, limit: int = PAGE) -> list[Self]:
        """The newest."""
        return cls._shown(visitor, cls.rank, after, [literally(IS_VIDEO)], limit=limit)

    @classmethod
    def animations(
        cls, visitor: Visitor, after: Place | None = None, limit: int = PAGE
    ) -> list[Self]:
        """The newest."""
        return cls._shown(visitor, cls.rank, after, [literally(IS_ANIMATION)], limit=limit)

    @classmethod
    def random(
        cls, visitor: Visitor, start: str, after: Place | None = None, limit: int = PAGE
    ) -> list[Self]:
        """In the order of the ids, which are random: from ``start`` to the last, then from the
        first up to there. Each upload is as likely as any other.
        """
        is_round = after is not None and str(after.value) < start
        found: list[Self] = []
        if not is_round:
            first = after or Place(start, -1)
            found = cls._shown(visitor, cls.public_id, first, is_descending=False, limit=limit)
        if len(found) < limit:
            rest = after if is_round else Place("", 0)
            below = [cls.public_id < start]
            found += cls._shown(
                visitor, cls.public_id, rest, below, is_descending=False, limit=limit - len(found)
            )
        return found

    @classmethod
    def _shown(
        cls,
        visitor: Visitor,
        value: Any,
        after: Place | None,
        only: Sequence[ColumnElement[bool]] = (),
        *,
        is_descending: bool = True,
        limit: int,
    ) -> list[Self]:
        bounds = list(only)
        if after:
            here = tuple_(literal(after.value, value.type), literal(after.rank, cls.rank.type))
            place = tuple_(value, cls.rank)
            bounds.append(place < here if is_descending else place > here)
        parts = [
            and_(cls.visibility == one, literally(IS_LASTING), *bounds)
            for one in cls.shown_visibilities(visitor)
        ]
        ranks = first_ranks(parts, value, cls.rank, is_descending, limit)
        rows = select(cls).options(selectinload(cls.user)).where(cls.rank.in_(ranks))  # type: ignore[attr-defined]
        return list(db.session.scalars(rows.order_by(*in_order(value, cls.rank, is_descending))))


def literally(condition: str) -> ColumnElement[bool]:
    """Without a value that is bound, and as it is: SQLite compares it with an index's own, word for
    word (https://sqlite.org/partialindex.html, 2).
    """
    return and_(text(condition))
