"""What people without an account sent by a share link: each file is its owner's from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, exists, false, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, utcnow
from models.share_link import ShareLink
from models.user import User

WAITS = text("contribution.is_waiting")  # as its index has it: `= 1` would not be read from that


class Contribution(Model):
    """``name`` is what the sender gave as theirs; ``browser`` a keyed hash of the secret that their
    browser keeps, which may take the file back. ``is_waiting``: for the owner of the link; until
    then the file is private, and not under the link.

    ``size`` is what was sent, in bytes. Triggers count it in ``added_files`` and ``added_bytes`` of
    the link for as long as the file is there (migration 0064).
    """

    __table_args__ = (
        Index("ix_contribution_link_id_upload_id", "link_id", "upload_id"),
        Index("ix_contribution_link_id_browser_upload_id", "link_id", "browser", "upload_id"),
        Index("ix_contribution_waiting", "link_id", "upload_id", sqlite_where=text("is_waiting")),
    )

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_id: Mapped[int | None] = mapped_column(ForeignKey("share_link.id", ondelete="SET NULL"))
    name: Mapped[str]
    browser: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())

    link: Mapped[ShareLink | None] = relationship()

    @classmethod
    def of(cls, upload_id: int) -> Self | None:
        """How this upload was sent; None where its owner sent it."""
        query = select(cls).where(cls.upload_id == upload_id)
        loaded = joinedload(cls.link).options(
            joinedload(ShareLink.album), joinedload(ShareLink.tag)
        )
        return db.session.scalar(query.options(loaded))

    @classmethod
    def is_of(cls, upload_id: Any) -> ColumnElement[bool]:
        """A condition: somebody sent this upload by a link."""
        return exists().where(cls.upload_id == upload_id)

    @classmethod
    def keeps_back(cls, upload_id: Any, user_id: Any) -> ColumnElement[bool]:
        """A condition: this upload of this user waits for them as the owner of the link by which it
        was sent. Until then it is in no album and under no link, wherever somebody puts it. Without
        its link nobody can approve it, so then it is like all of its owner's.
        """
        of_link = ShareLink.id == cls.link_id, ShareLink.user_id == user_id
        return exists().where(cls.upload_id == upload_id, cls.is_waiting, *of_link)

    @classmethod
    def kept_back(cls, user: User, upload_ids: Sequence[int]) -> set[int]:
        """Of these row ids of the user's uploads, those that wait for them."""
        waits = select(cls.upload_id).join(ShareLink, ShareLink.id == cls.link_id)
        waits = waits.where(cls.is_waiting, ShareLink.user_id == user.id)
        return set(db.session.scalars(waits.where(cls.upload_id.in_(upload_ids))))

    @classmethod
    def waits_for(cls, upload_id: int) -> bool:
        """Whether this upload waits for the owner of the link by which it was sent."""
        query = select(cls.upload_id).where(cls.upload_id == upload_id, cls.is_waiting)
        return db.session.scalar(query) is not None

    @classmethod
    def is_sent(cls, upload_id: int) -> bool:
        """Whether somebody sent this upload by a link."""
        return bool(db.session.scalar(select(cls.is_of(upload_id))))

    @classmethod
    def has_sent(cls, link: ShareLink, browser: str) -> bool:
        """Whether this browser sent anything by the link that is still here."""
        query = select(cls.upload_id).where(cls.link_id == link.id, cls.browser == browser)
        return db.session.scalar(query.limit(1)) is not None

    def is_there_and_waits(self) -> bool:
        """Asked anew."""
        return self.refresh() and self.is_waiting
