"""How many uploads have each tag, by who finds them. Triggers keep it (migration 0027), so that no
page counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.tag import AFTER_RETIRED, RETIRED, Tag
from models.upload import Upload
from models.upload.facets import AUDIENCES
from models.visitor import Visitor

EVERYBODY = 0  # nobody's row id
PAGE_OF_TAGS = 200  # a screen or two
MOST_COMPARED = 50  # tags that begin so, of which the most used are suggested
END = chr(0x10FFFF)  # behind whatever begins so


class TagCount(NamedTuple):
    name: str
    key: str
    uploads: int


class TagTally(Model):
    """``audience`` is a place in AUDIENCES."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audience: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    tag_id: Mapped[int] = mapped_column(index=True)
    uploads: Mapped[int]

    @classmethod
    def page(cls, visitor: Visitor, after: str = "", limit: int = PAGE_OF_TAGS) -> list[TagCount]:
        """By key, from behind one: the tags of what is listed to ``visitor``, with how many."""
        return cls._counted(visitor, limit, cls.key > after)

    @classmethod
    def beginning(cls, visitor: Visitor, key: str, limit: int) -> list[TagCount]:
        """Those that begin so, the most used first."""
        found = cls._counted(visitor, MOST_COMPARED, cls.key >= key, cls.key < key + END)
        return sorted(found, key=lambda one: (-one.uploads, one.key))[:limit]

    @classmethod
    def of(cls, visitor: Visitor, key: str) -> int:
        """How many uploads with this tag are listed to ``visitor``."""
        found = cls._counted(visitor, 1, cls.key == key)
        return found[0].uploads if found else 0

    @classmethod
    def own_page(cls, user_id: int, after: str, limit: int) -> list[TagCount]:
        """By key, from behind one: the tags of this person's uploads, with how many of theirs."""
        return cls._counted_in(cls._own_parts(user_id), limit, cls.key > after)

    @classmethod
    def own(cls, user_id: int, key: str) -> TagCount | None:
        """One of them."""
        found = cls._counted_in(cls._own_parts(user_id), 1, cls.key == key)
        return found[0] if found else None

    @classmethod
    def _counted(cls, visitor: Visitor, limit: int, *bounds: ColumnElement[bool]) -> list[TagCount]:
        return cls._counted_in(cls._parts(visitor), limit, *bounds)

    @classmethod
    def _counted_in(
        cls, audiences: Sequence[tuple[int, int]], limit: int, *bounds: ColumnElement[bool]
    ) -> list[TagCount]:
        """Merged from one part for each audience, which the primary key has in order."""
        parts = [
            select(cls.key, cls.tag_id, cls.uploads)
            .where(cls.user_id == owner, cls.audience == audience, *bounds)
            .where(or_(cls.key < RETIRED, cls.key >= AFTER_RETIRED))
            .order_by(cls.key)
            .limit(limit)
            for owner, audience in audiences
        ]
        all_ = union_all(*(select(part.subquery()) for part in parts)).subquery()
        uploads = func.sum(all_.c.uploads).label("uploads")
        counts = select(all_.c.tag_id, uploads).group_by(all_.c.key)
        first = counts.order_by(all_.c.key).limit(limit).subquery()
        query = select(Tag.name, Tag.key, first.c.uploads)
        rows: Any = db.session.execute(
            query.join(first, first.c.tag_id == Tag.id).order_by(Tag.key)
        )
        return [TagCount(*row) for row in rows]

    @staticmethod
    def _own_parts(user_id: int) -> Sequence[tuple[int, int]]:
        return [(user_id, audience) for audience in range(len(AUDIENCES))]

    @staticmethod
    def _parts(visitor: Visitor) -> Sequence[tuple[int, int]]:
        """What is listed to them: of everybody, and what is theirs alone."""
        listed = [AUDIENCES.index(name) for name in Upload.listed_visibilities(visitor)]
        own = [n for n in range(len(AUDIENCES)) if n not in listed] if visitor.user_id else []
        return [*((EVERYBODY, n) for n in listed), *((visitor.user_id or 0, n) for n in own)]
