"""The pages of people: who has one, and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select

from models.base import db
from models.profile import profile_seen_by
from models.tally import Tally
from models.upload import Upload
from models.upload.shelf import lasting_shelves
from models.user import User
from models.visitor import Visitor

PAGE_OF_PEOPLE = 60
_END = chr(0x10FFFF)  # behind whatever begins so


def profile_of(name: str, visitor: Visitor) -> User | None:
    """Who has this name, in any case, if ``visitor`` may see their page."""
    return db.session.scalar(select(User).where(User.name == name, profile_seen_by(visitor)))


def people_seen_by(
    visitor: Visitor, after: str = "", limit: int = PAGE_OF_PEOPLE
) -> Sequence[User]:
    """By name, from behind a name: who has anything that is listed to ``visitor``."""
    people = select(User).where(User.name > after, profile_seen_by(visitor), _has_any(visitor))
    return db.session.scalars(people.order_by(User.name).limit(limit)).all()


def people_beginning(visitor: Visitor, name: str, limit: int) -> Sequence[str]:
    """The names of those who have anything that is listed to ``visitor``, and begin so."""
    named = (User.name >= name, User.name < name + _END)
    people = select(User.name).where(*named, profile_seen_by(visitor), _has_any(visitor))
    return db.session.scalars(people.order_by(User.name).limit(limit)).all()


def shelves_seen_by(visitor: Visitor) -> list[int]:
    """Those of other people that are listed to ``visitor``."""
    return lasting_shelves(Upload.shown_visibilities(visitor))


def _has_any(visitor: Visitor) -> ColumnElement[bool]:
    return exists().where(
        Tally.user_id == User.id,
        Tally.by == "received_at",
        Tally.shelf.in_(shelves_seen_by(visitor)),
    )


def shows_profile(user: User, visitor: Visitor) -> bool:
    """`profile_seen_by`, of a row that is loaded."""
    is_own = visitor.is_member and user.id == visitor.user_id
    return user.is_active and (not user.has_private_profile or is_own or visitor.is_moderator)
