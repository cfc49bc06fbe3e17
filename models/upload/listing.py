"""Pages of uploads, in the order of the date shown."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from models.base import UtcDateTime, db
from models.cursor import Cursor
from models.tag import Tag, upload_tag
from models.upload.access import Access
from models.upload.search import matching
from models.user import User
from models.visitor import Visitor

PAGE = 60  # pictures of one page of a listing


class Listing(Access):
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the date shown; an admin may set it

    @classmethod
    def newest_of(cls, user: User, limit: int) -> list[Self]:
        return list(
            db.session.scalars(
                select(cls)
                .where(cls.user_id == user.id, cls.alive())
                .order_by(cls.id.desc())
                .limit(limit)
            )
        )

    @classmethod
    def page(
        cls,
        visitor: Visitor,
        *,
        before: Cursor | None = None,
        query: str = "",
        tag: str = "",
        limit: int = PAGE,
    ) -> list[Self]:
        """What ``visitor`` may find by browsing, in the order of the date shown, newest first, from
        below ``before``: nothing private of others, nothing of others that will expire. ``query``
        are words of title, description or tags; ``tag`` is a tag's key.
        """
        found = (
            select(cls)
            .where(cls.listed_to(visitor))
            .order_by(cls.created_at.desc(), cls.id.desc())
            .limit(limit)
        )
        if before:
            found = found.where(
                tuple_(cls.created_at, cls.id)
                < tuple_(literal(before.at, UtcDateTime), literal(before.id))
            )
        if tag:
            found = found.where(
                cls.id.in_(select(upload_tag.c.upload_id).join(Tag).where(Tag.key == tag))
            )
        if query:
            words = matching(query)
            if words is None:
                return []
            found = found.where(cls.id.in_(words))
        return list(db.session.scalars(found))

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.created_at, self.id)
