"""All accounts, for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select

from models.api_key import ApiKey
from models.base import db
from models.limits import MAX_WAITING
from models.role import State
from models.tally import Tally
from models.user import User
from models.user_session import UserSession

PAGE_OF_ACCOUNTS = 50
_END = chr(0x10FFFF)  # behind whatever begins so


class Use(NamedTuple):
    """What somebody has, ``binned`` bytes of it in the bin, and when they were last here, by a
    session or a key.
    """

    uploads: int = 0
    bytes: int = 0
    binned: int = 0
    last_at: datetime | None = None


def accounts(after: str = "", begins: str = "", limit: int = PAGE_OF_ACCOUNTS) -> Sequence[User]:
    """By name, from behind a name: those whose names begin so."""
    query = select(User).where(User.name > after)
    if begins:
        query = query.where(User.name >= begins, User.name < begins + _END)
    return db.session.scalars(query.order_by(User.name).limit(limit)).all()


def waiting() -> Sequence[User]:
    """For approval, the longest waiting first."""
    query = select(User).where(User.state == State.PENDING).order_by(User.created_at, User.id)
    return db.session.scalars(query.limit(MAX_WAITING)).all()


def count_of_waiting() -> Select[int]:
    """A query: how many wait for approval."""
    return select(func.count()).select_from(User).where(User.state == State.PENDING)


def how_many_wait() -> int:
    """For approval, of those that are in the database."""
    query = count_of_waiting()
    with db.session.no_autoflush:
        return db.session.scalar(query) or 0


def is_room_to_wait() -> bool:
    """Whether one more may wait for approval."""
    return how_many_wait() < MAX_WAITING


def uses(users: Sequence[User]) -> dict[int, Use]:
    """By the ids of these people."""
    ids = [user.id for user in users]
    totals = {user: (files, size, away) for user, files, size, away in Tally.totals(ids)}
    last = _last_used(UserSession, ids)
    for user, at in _last_used(ApiKey, ids).items():
        last[user] = max(last.get(user, at), at)
    return {user: Use(*totals.get(user, (0, 0, 0)), last.get(user)) for user in ids}


def _last_used(table: type[UserSession | ApiKey], ids: list[int]) -> dict[int, datetime]:
    used = table.last_used_at
    query = select(table.user_id, func.max(used)).where(table.user_id.in_(ids), used.is_not(None))
    rows = db.session.execute(query.group_by(table.user_id))
    return {user_id: at for user_id, at in rows if at}
