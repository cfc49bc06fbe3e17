"""Passkeys (WebAuthn): a key pair of a device or a password manager, of which the public half is
here.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, delete, exists, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, random_id, utcnow
from models.limits import MAX_LABEL
from models.second_factor import SecondFactor
from models.user import User

MOST = 20  # of one person
ID_LENGTH = 8


class Passkey(Model):
    """``credential_id`` is the browser's name for it, base64url. ``handle`` is its name for the
    person, the same in all of theirs, so that a password manager shows one account; it says nothing
    of them. ``sign_count`` is what the key last counted; many count nothing and say 0.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    handle: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()

    @classmethod
    def add(
        cls, user: User, name: str, handle: bytes, credential_id: str, public_key: bytes, count: int
    ) -> None:
        row = cls(
            user=user,
            name=name.strip()[:MAX_LABEL],
            handle=handle,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=count,
        )
        db.session.add(row)

    @classmethod
    def of(cls, user: User) -> list[Self]:
        """The newest first."""
        query = select(cls).where(cls.user_id == user.id).order_by(cls.id.desc())
        return list(db.session.scalars(query))

    @classmethod
    def or_second_factor_of(cls, user: User) -> bool:
        """Whether they have any, or a second factor."""
        has_passkey = exists().where(cls.user_id == user.id)
        has_factor = exists().where(SecondFactor.user_id == user.id)
        return bool(db.session.scalar(select(or_(has_passkey, has_factor))))

    @classmethod
    def find_of(cls, user: User, public_id: str) -> Self | None:
        """One of theirs."""
        query = select(cls).where(cls.public_id == public_id, cls.user_id == user.id)
        return db.session.scalar(query)

    @classmethod
    def by_credential(cls, credential_id: str) -> Self | None:
        """As the database has it now, whosever it is."""
        query = select(cls).where(cls.credential_id == credential_id).options(joinedload(cls.user))
        return db.session.scalar(query.execution_options(populate_existing=True))

    @classmethod
    def handle_for(cls, user: User | None) -> bytes:
        """What browsers call this person; None: somebody new."""
        query = select(cls.handle).where(cls.user_id == user.id).limit(1) if user else None
        known = db.session.scalar(query) if query is not None else None
        return known or secrets.token_bytes(32)

    @classmethod
    def end(cls, user: User, public_id: str) -> bool:
        """Whether it was theirs."""
        row = delete(cls).where(cls.user_id == user.id, cls.public_id == public_id)
        return bool(db.session.execute(row).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def end_all(cls, user: User) -> None:
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    def use(self, count: int) -> None:
        self.sign_count, self.last_used_at = count, utcnow()
