"""What waits for approval: the queue of moderators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from sqlalchemy import ColumnElement, Select, exists, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import selectinload

from models.base import UtcDateTime, db
from models.role import Role
from models.upload.explored import literally
from models.upload.library import Order, Place
from models.upload.sending import Sending
from models.user import User

PAGE_OF_REVIEW = 40  # what one request approves or refuses at most
MOST_COUNTED = 1000  # more than anybody reads as a number
LONGEST = Order("received_at", is_descending=False)  # waiting first
WAITS = "waits_as IS NOT NULL"  # as its index has it, word for word


class Reviewing(Sending):
    @classmethod
    def waiting_for_approval(
        cls, moderator_id: int, after: Place | None = None, limit: int = PAGE_OF_REVIEW
    ) -> Sequence[Self]:
        """For this moderator: the longest waiting first, from behind a place."""
        query = select(cls).where(*cls._waits(), cls.decided_by(moderator_id))
        if after:
            here = tuple_(literal(after.value, UtcDateTime), literal(after.rank))
            query = query.where(tuple_(cls.received_at, cls.id) > here)
        query = query.options(selectinload(cls.user))  # type: ignore[attr-defined]
        return db.session.scalars(query.order_by(cls.received_at, cls.id).limit(limit)).all()

    @classmethod
    def count_of_waiting(cls, moderator_id: int) -> Select[int]:
        """A query: how many wait for this moderator; no more than MOST_COUNTED are counted."""
        waiting = select(cls.id).where(*cls._waits(), cls.decided_by(moderator_id))
        some = waiting.limit(MOST_COUNTED).subquery()
        return select(func.count()).select_from(some)

    @classmethod
    def those_waiting(cls, public_ids: Sequence[str], moderator_id: int) -> list[Self]:
        """Of these, those that wait for this moderator, in their order."""
        waits = *cls._waits(), cls.decided_by(moderator_id)
        query = select(cls).where(cls.public_id.in_(public_ids), *waits)
        query = query.options(selectinload(cls.user))  # type: ignore[attr-defined]
        found = {one.public_id: one for one in db.session.scalars(query)}
        return [found[one] for one in dict.fromkeys(public_ids) if one in found]

    @classmethod
    def decided_by(cls, moderator_id: int) -> ColumnElement[bool]:
        """A condition: this moderator decides on it. Nobody does on their own, but where nobody
        else could.
        """
        another = exists().where(
            User.id != moderator_id, User.role.in_((Role.MANAGER, Role.ADMIN)), User.is_in_use()
        )
        return or_(func.coalesce(cls.user_id, 0) != moderator_id, not_(another))

    @classmethod
    def _waits(cls) -> list[ColumnElement[bool]]:
        return [literally(WAITS), cls.alive()]

    @property
    def turn(self) -> Place:
        """Its place in the queue, in which row ids order what came at once."""
        return Place(self.received_at, self.id)
