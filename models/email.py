"""The e-mail address of a person, who has shown that mail arrives there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.limits import MAX_EMAIL
from models.user import User

# What browsers take (HTML, 4.10.5.1.5): nothing that could end a header or begin another address.
_ADDRESS = re.compile(r"([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})@([A-Za-z0-9.-]{1,253})")
_MOST_OF_LABEL = 63  # RFC 1035, 2.3.4
MOST_OF_ONE = 10  # accounts of a family with one address


def is_address(text: str) -> bool:
    """With no empty part between dots (RFC 5321, 4.1.2), which mail servers refuse."""
    found = _ADDRESS.fullmatch(text) if len(text) <= MAX_EMAIL else None
    if found is None:
        return False
    name, host = (part.split(".") for part in found.groups())
    return all(name) and all(0 < len(label) <= _MOST_OF_LABEL for label in host)


class Email(Model):
    """Of whom no row is there, no address is known."""

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    address: Mapped[str] = mapped_column(String(collation="NOCASE"), index=True)

    @classmethod
    def of(cls, user: User) -> str:
        return db.session.scalar(select(cls.address).where(cls.user_id == user.id)) or ""

    @classmethod
    def write(cls, user: User, address: str) -> None:
        """An empty one forgets it."""
        db.session.execute(delete(cls).where(cls.user_id == user.id))
        if address:
            db.session.add(cls(user_id=user.id, address=address))

    @classmethod
    def reached_by(cls, text: str) -> Sequence[tuple[User, str]]:
        """Active people with this name or this address, and the address of each."""
        named = select(User.id).where(User.name == text)
        query = (
            select(User, cls.address)
            .join(cls, cls.user_id == User.id)
            .where(or_(cls.address == text, cls.user_id.in_(named)), User.is_in_use())
            .order_by(User.id)
            .limit(MOST_OF_ONE)
        )
        return [(user, address) for user, address in db.session.execute(query)]
