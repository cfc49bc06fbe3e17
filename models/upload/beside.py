"""What lies beside an upload in the listing of its owner."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, and_, select, union_all
from sqlalchemy.orm import load_only

from models.base import db
from models.upload.access import not_away
from models.upload.explored import IS_LASTING, literally
from models.upload.listing import Listing
from models.visitor import Visitor


class Pair(NamedTuple):
    """What comes before and behind: of a listing of newest first, ``before`` is the newer one."""

    before: Any  # an Upload, or None
    behind: Any


NOTHING = Pair(None, None)


class Beside(Listing):
    def beside(self, visitor: Visitor) -> Pair:
        """Of what its owner sent and ``visitor`` may find, in the order of the date shown. One
        statement reads no more than one row on each side of each part of an index.
        """
        if self.user_id is None:
            return NOTHING
        cls: Any = type(self)
        rank = cls.rank
        ends = [(rank > self.rank, rank.asc()), (rank < self.rank, rank.desc())]
        nearest = [
            select(rank).where(cls.user_id == self.user_id, part, side).order_by(order).limit(1)
            for part in self._parts_of_owner(visitor)
            for side, order in ends
        ]
        ranks = union_all(*(select(one.subquery()) for one in nearest))
        rows = select(cls).where(rank.in_(ranks)).order_by(rank)
        shown = rows.options(load_only(cls.public_id, cls.kind, cls.title, cls.rank))
        found: list[Self] = list(db.session.scalars(shown))
        newer = [one for one in found if one.rank > self.rank]
        older = [one for one in found if one.rank < self.rank]
        return Pair(newer[0] if newer else None, older[-1] if older else None)

    def _parts_of_owner(self, visitor: Visitor) -> list[ColumnElement[bool]]:
        if self.is_owner(visitor):
            return [and_(not_away(), self.alive())]
        return [
            and_(type(self).visibility == one, literally(IS_LASTING))
            for one in self.listed_visibilities(visitor)
        ]
