"""All that a listing shows of somebody's own, as row ids in its order: what an act on all that
match is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import and_, select

from models.base import db
from models.upload.access import not_away
from models.upload.library import Library, Order
from models.upload.merged import first_ranks, in_order
from models.upload.search import Listed
from models.upload.search_query import SearchQuery
from models.visitor import Visitor

_BATCH = 1000  # ids of one statement


class Selected(Library):
    @classmethod
    def own_ids(
        cls, user_id: int, public_ids: Sequence[str], *, is_there: bool = False
    ) -> dict[str, int]:
        """Row ids by public ids, in their order: those that are this person's, wherever they
        are; ``is_there``: neither in the bin nor expired.
        """
        is_one = [cls.alive()] if is_there else []
        upload: Any = cls
        found, rest = dict[str, int](), iter(public_ids)
        while some := list(islice(rest, _BATCH)):
            query = select(upload.public_id, upload.id).where(upload.public_id.in_(some))
            rows = db.session.execute(query.where(upload.user_id == user_id, *is_one))
            found |= {row[0]: row[1] for row in rows}
        return {one: found[one] for one in public_ids if one in found}

    @classmethod
    def public_ids(cls, row_ids: Sequence[int]) -> list[str]:
        """Of these, in their order."""
        upload: Any = cls
        found, rest = dict[int, str](), iter(row_ids)
        while some := list(islice(rest, _BATCH)):
            query = select(upload.id, upload.public_id).where(upload.id.in_(some))
            found |= {row[0]: row[1] for row in db.session.execute(query)}
        return [found[row] for row in row_ids if row in found]

    @classmethod
    def all_on_shelves(
        cls,
        user_id: int,
        shelves: Sequence[int],
        order: Order,
        years: tuple[datetime, datetime] | None,
        limit: int,
    ) -> list[int]:
        """`sent_by`, of as many."""
        if not shelves:
            return []
        upload: Any = cls
        value, rank = getattr(cls, order.column), upload.rank
        bounds = [] if years is None else [value >= years[0], value < years[1]]
        parts = [and_(cls._on_shelf(user_id, shelf), *bounds) for shelf in shelves]
        ranks = first_ranks(parts, value, rank, order.is_descending, limit)
        rows = select(upload.id).where(rank.in_(ranks))
        return list(db.session.scalars(rows.order_by(*in_order(value, rank, order.is_descending))))

    @classmethod
    def all_found(cls, visitor: Visitor, query: SearchQuery, limit: int) -> list[int]:
        """Of a search: the newest first."""
        upload: Any = cls
        hits = upload.hits(visitor, query, Listed((), visitor.user_id))
        if hits is None:
            return []
        return list(db.session.scalars(hits.with_only_columns(upload.id).limit(limit)))

    @classmethod
    def all_of_person(cls, user_id: int, limit: int) -> list[int]:
        """The newest first."""
        upload: Any = cls
        query = select(upload.id).where(upload.user_id == user_id, not_away(), cls.alive())
        return list(db.session.scalars(query.order_by(upload.rank.desc()).limit(limit)))
