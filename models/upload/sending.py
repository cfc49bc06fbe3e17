"""How an upload was sent: by whom, when, with which bytes and which key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import ColumnElement, and_, literal, select, tuple_, update
from sqlalchemy.orm import Mapped, mapped_column

from models.api_key import ApiKey
from models.base import UtcDateTime, db, utcnow
from models.contribution import Contribution
from models.upload.access import Access, unindexed
from models.upload.library import Place
from models.upload.listing import PAGE
from models.user import User
from models.visitor import Visitor


class Sending(Access):
    """``guest`` is a keyed hash of a guest's address, which is forgotten after a day.
    `guest_browser` is kept as long as the upload.
    """

    # public id of the API key it was sent with, which may be deleted
    key_id: Mapped[str | None] = mapped_column(index=True)
    guest: Mapped[str | None]
    original_filename: Mapped[str]
    source_md5: Mapped[str]  # MD5 and SHA-256 of the bytes that were sent
    source_sha256: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    @classmethod
    def first_with(cls, key: ApiKey, user: User) -> Self | None:
        """The first upload that came with this key and that ``user`` may see."""
        return db.session.scalar(
            select(cls)
            .where(cls.key_id == key.public_id, cls.openable_by(Visitor(user)))
            .order_by(cls.id)
            .limit(1)
        )

    @classmethod
    def received_from(
        cls, user: User | None, guest: str | None, within: timedelta
    ) -> list[datetime]:
        """When the sender's recent uploads were received, oldest first."""
        query = select(cls.received_at).where(
            cls._sender(user, guest), cls.received_at > utcnow() - within
        )
        return list(db.session.scalars(query.order_by(cls.received_at)))

    @classmethod
    def sent_before(cls, user: User | None, guest: str | None, md5: str, within: timedelta) -> bool:
        """Whether this sender recently sent these bytes and they are still here."""
        query = select(cls.id).where(
            cls.source_md5 == md5,
            cls._sender(user, guest),
            cls.received_at > utcnow() - within,
            cls.openable_by(Visitor(user)),
        )
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def of_bytes(
        cls, sha256: str, user: User | None, browser: str | None, limit: int
    ) -> Sequence[Self]:
        """Of these bytes, the newest first: what this user has here, or what this guest's browser
        sent. Nobody is told what others have.
        """
        if user is None and browser is None:
            return []
        own = unindexed(cls.user_id) == user.id if user else cls.sent_as_guest(str(browser))
        query = select(cls).where(cls.source_sha256 == sha256, own, cls.alive())
        return db.session.scalars(query.order_by(cls.id.desc()).limit(limit)).all()

    @classmethod
    def is_there(cls, row: int) -> bool:
        query = select(cls.id).where(cls.id == row, cls.alive())
        return db.session.scalar(query) is not None

    @classmethod
    def sent_from(cls, browser: str, after: Place | None = None, limit: int = PAGE) -> list[Self]:
        """What a guest's browser sent, newest first, from behind a place in the order `newest`."""
        at, rank = cls.received_at, cls.rank  # type: ignore[attr-defined]
        behind = (
            [tuple_(at, rank) < tuple_(literal(after.value, at.type), literal(after.rank))]
            if after
            else []
        )
        query = select(cls).where(cls.sent_as_guest(browser), cls.alive(), *behind)
        return list(db.session.scalars(query.order_by(at.desc(), rank.desc()).limit(limit)))

    @classmethod
    def has_sent(cls, browser: str) -> bool:
        """Whether a guest's browser sent anything that is still here."""
        query = select(cls.id).where(cls.sent_as_guest(browser), cls.alive())
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def give_to(cls, user: User, browser: str) -> int:
        """What a guest's browser sent is this user's from now on; how many that were."""
        sent = update(cls).where(cls.sent_as_guest(browser), cls.alive())
        owned = sent.values(user_id=user.id, guest=None, guest_browser=None)
        return int(db.session.execute(owned).rowcount)  # type: ignore[attr-defined]

    @classmethod
    def _sender(cls, user: User | None, guest: str | None) -> ColumnElement[bool]:
        """What others sent to somebody by a link isn't what they sent."""
        if user:
            return and_(cls.user_id == user.id, ~Contribution.is_of(cls.id))
        return and_(cls.user_id.is_(None), cls.guest == guest)

    @classmethod
    def knows_guests(cls, after: timedelta) -> bool:
        """Whether there is anything to forget."""
        query = select(cls.id).where(cls.guest.is_not(None), cls.received_at < utcnow() - after)
        return db.session.scalar(query.limit(1)) is not None

    @classmethod
    def forget_guests(cls, after: timedelta) -> None:
        db.session.execute(
            update(cls)
            .where(cls.guest.is_not(None), cls.received_at < utcnow() - after)
            .values(guest=None)
        )
