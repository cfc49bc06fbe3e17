"""Pages of uploads, newest first, in the order of the date shown.

Each is read in its order from an index and ends with its page, so that none slows down as the
library grows: by visibility and by owner from the table's own, tags and words from the index of
words (`models.upload.search`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    event,
    exists,
    func,
    inspect,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, selectinload
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PassiveFlag

from models.base import ALPHABET, UtcDateTime, db
from models.upload import search
from models.upload.access import Access, Visibility, not_away
from models.upload.search import Listed
from models.upload.search_names import named_in
from models.upload.search_query import SearchQuery
from models.user import User
from models.visitor import Visitor

PAGE = 60  # pictures of one page of a listing
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)  # dates before 1970 have no minus then
_SECOND = 1_000_000  # microseconds


def rank_at(at: datetime) -> int:
    """The first rank of this moment."""
    return (at - _BEGIN) // timedelta(microseconds=1)


def has_changed(upload: Any, name: str) -> bool:
    """Whether a field is to be written. ``inspect(upload).attrs`` would look at all of them."""
    return get_history(upload, name, PassiveFlag.PASSIVE_NO_INITIALIZE).has_changes()


class Listing(Access):
    """``rank`` orders listings, and ends a page: the date shown in microseconds since the year 1.
    No two are the same: where one has it, the next comes behind all others of that second.
    """

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the date shown; an admin may set it
    rank: Mapped[int] = mapped_column(BigInteger, unique=True, index=True)

    @classmethod
    def newest_of(cls, user: User, limit: int) -> list[Self]:
        """What this user sent last."""
        query = cls._with_owner().where(cls.user_id == user.id, not_away(), cls.alive())
        return list(db.session.scalars(query.order_by(cls.id.desc()).limit(limit)))

    @classmethod
    def page(
        cls,
        visitor: Visitor,
        *,
        before: int | None = None,
        query: SearchQuery | None = None,
        only_shown: bool = False,
        only_own: bool = False,
        limit: int = PAGE,
    ) -> list[Self]:
        """What ``visitor`` may find by browsing, from below the rank ``before``: nothing private of
        others, nothing of others that will expire. ``only_shown``, of a query: nothing that only
        its owner or a moderator finds; ``only_own``: nothing of others.
        """
        if query is not None:
            listed = cls.listed_by_index(visitor)
            if only_shown:
                listed = Listed(cls.shown_visibilities(visitor), None)
            if only_own:
                listed = Listed((), visitor.user_id)
            return cls._found(visitor, before, query, limit, listed)
        parts = [
            select(cls.rank)
            .where(part, *cls._below(cls.rank, before))
            .order_by(cls.rank.desc())
            .limit(limit)
            for part in cls._listed_parts(visitor)
        ]
        ranks = union_all(*(select(part.subquery()) for part in parts))
        newest = cls._with_owner().where(cls.rank.in_(ranks), cls.listed_to(visitor))
        return list(db.session.scalars(newest.order_by(cls.rank.desc()).limit(limit)))

    @classmethod
    def public_beginning(cls, letter: str, limit: int) -> Sequence[Any]:
        """What everybody may find whose public id begins so: title, kind and public id."""
        upload: Any = cls
        columns = (upload.title, upload.kind, upload.public_id)
        query = select(*columns).where(*cls._public_from(letter))
        return db.session.execute(query.order_by(upload.public_id).limit(limit)).all()

    @classmethod
    def letters_of_public(cls) -> list[str]:
        """With which letters or digits the public ids of these begin."""
        some = [
            select(literal(letter)).where(exists().where(*cls._public_from(letter)))
            for letter in ALPHABET
        ]
        return list(db.session.scalars(union_all(*some)))

    @classmethod
    def _public_from(cls, letter: str) -> list[ColumnElement[bool]]:
        is_public = [cls.visibility == Visibility.PUBLIC, cls.expires_at.is_(None)]
        return [*is_public, cls.public_id >= letter, cls.public_id < chr(ord(letter) + 1)]

    @classmethod
    def _found(
        cls, visitor: Visitor, before: int | None, query: SearchQuery, limit: int, listed: Listed
    ) -> list[Self]:
        hits = cls.hits(visitor, query, listed, before)
        if hits is None:
            return []
        owner: Any = cls.user  # type: ignore[attr-defined]
        return list(db.session.scalars(hits.options(selectinload(owner)).limit(limit)))

    @classmethod
    def hits(
        cls, visitor: Visitor, query: SearchQuery, listed: Listed, before: int | None = None
    ) -> Select[Self] | None:
        """A query of what is found, the newest first; None where nothing can be."""
        match = search.matching(listed, query, named_in(query, visitor))
        if not match:
            return None
        index = search.INDEX
        ends = [] if query.until is None else [rank_at(query.until)]
        end = min([*ends, *([] if before is None else [before])], default=None)
        since = [index.c.rowid >= rank_at(query.since)] if query.since else []
        return (
            select(cls)
            .join_from(index, cls, cls.rank == index.c.rowid)
            .where(search.matches(match), *since)
            .where(*cls._below(index.c.rowid, end))
            .where(cls.listed_to(visitor), *cls._beyond_the_index(query))
            .order_by(index.c.rowid.desc())
        )

    @classmethod
    def _beyond_the_index(cls, query: SearchQuery) -> list[ColumnElement[bool]]:
        """Of what the index knows by the month, or only of uploads that last."""
        conditions: list[ColumnElement[bool]] = []
        for term in query.terms:
            if term.field == "visibility":
                is_so = cls.visibility == term.value
                conditions.append(~is_so if term.is_excluded else is_so)
        if query.taken:
            taken_at: Any = cls.taken_at  # type: ignore[attr-defined]
            conditions += [taken_at >= query.taken.start, taken_at < query.taken.end]
        return conditions

    @classmethod
    def _with_owner(cls) -> Select[Self]:
        """Pages show whose an upload is: one query more, not one for each."""
        return select(cls).options(selectinload(cls.user))  # type: ignore[attr-defined]

    @classmethod
    def _listed_parts(cls, visitor: Visitor) -> list[ColumnElement[bool]]:
        """`listed_to` in parts, each of which an index has in order."""
        lasting = [
            and_(cls.visibility == one, cls.expires_at.is_(None))
            for one in cls.listed_visibilities(visitor)
        ]
        if not visitor.is_member:
            return lasting
        return [*lasting, and_(cls.user_id == visitor.user_id, not_away(), cls.alive())]

    @staticmethod
    def _below(rank: Any, before: int | None) -> list[ColumnElement[bool]]:
        return [] if before is None else [rank < before]

    def set_rank(self) -> None:
        """By `created_at`. Whoever writes is the only writer then."""
        cls = type(self)
        row, next_row = _two_of(inspect(cls))
        at = rank_at(self.created_at)
        second_end = at - at % _SECOND + _SECOND
        last = select(func.max(cls.rank)).where(cls.rank >= at, cls.rank < second_end)
        is_full_behind = exists().where(next_row.rank == row.rank + 1)
        first_free = (
            select(row.rank + 1)
            .where(row.rank >= last.scalar_subquery(), ~is_full_behind)
            .order_by(row.rank)
            .limit(1)
        )
        is_taken = exists().where(cls.rank == at)
        self.rank = case((is_taken, first_free.scalar_subquery()), else_=at)


@functools.cache
def _two_of(mapper: Any) -> tuple[Any, Any]:
    """To compare rows with each other. Made once: each has all columns."""
    return aliased(mapper), aliased(mapper)


@event.listens_for(Listing, "before_insert", propagate=True)
@event.listens_for(Listing, "before_update", propagate=True)
def _keep_rank(_mapper: Any, _connection: Any, upload: Listing) -> None:
    if has_changed(upload, "created_at"):
        upload.set_rank()
