"""What somebody reported about an upload, for moderators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Integer,
    Select,
    UniqueConstraint,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.album import Album
from models.base import Model, UtcDateTime, db, utcnow
from models.upload import Upload
from models.upload.access import unindexed
from models.upload.review import MOST_COUNTED
from models.user import User
from models.visibility import Visibility

PAGE_OF_REPORTS = 20


class Reason(StrEnum):
    PERSON = "person"
    UNMARKED = "unmarked"
    COPYRIGHT = "copyright"
    ILLEGAL = "illegal"
    OTHER = "other"


class Report(Model):
    """``sender`` is a keyed hash of the account or, of a guest, of the network: each has one report
    of an upload. A report goes with its upload.
    """

    __table_args__ = (UniqueConstraint("upload_id", "sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    sender: Mapped[str]
    reason: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)

    upload: Mapped[Upload] = relationship()
    user: Mapped[User | None] = relationship()

    @classmethod
    def add(
        cls, upload: Upload, user_id: int | None, sender: str, reason: Reason, text: str
    ) -> None:
        """Unless this sender has reported it, or it is gone."""
        values = (literal(sender), literal(str(reason)), literal(text))
        row = select(
            Upload.id, literal(user_id, Integer), *values, literal(utcnow(), UtcDateTime)
        ).where(Upload.id == upload.id)
        names = ["upload_id", "user_id", "sender", "reason", "text", "at"]
        db.session.execute(insert(cls).prefix_with("OR IGNORE").from_select(names, row))

    @classmethod
    def page(
        cls, moderator_id: int, after: int = 0, limit: int = PAGE_OF_REPORTS
    ) -> Sequence[Self]:
        """For this moderator, the oldest first, from behind a row id: of what others than its owner
        may open.
        """
        query = select(cls).join(cls.upload).where(cls.id > after, *_shown(moderator_id))
        with_all = query.options(
            joinedload(cls.upload).joinedload(Upload.user), joinedload(cls.user)
        )
        return db.session.scalars(with_all.order_by(cls.id).limit(limit)).all()

    @classmethod
    def find(cls, row: int, moderator_id: int) -> Self | None:
        query = select(cls).join(cls.upload).where(cls.id == row, *_shown(moderator_id))
        return db.session.scalar(query.options(joinedload(cls.upload)))

    @classmethod
    def count(cls, moderator_id: int) -> Select[int]:
        """A query: how many there are on all pages; no more than MOST_COUNTED are counted. It goes
        from reports to uploads: of a table that was empty, SQLite would begin with all uploads.
        """
        is_about = Upload.id == unindexed(cls.upload_id)
        shown = select(cls.id).join(Upload, is_about).where(*_shown(moderator_id))
        some = shown.limit(MOST_COUNTED).subquery()
        return select(func.count()).select_from(some)

    @classmethod
    def end_all_of(cls, upload_id: int) -> None:
        db.session.execute(delete(cls).where(cls.upload_id == upload_id))

    def end(self) -> bool:
        """Whether it was still there."""
        gone = delete(Report).where(Report.id == self.id)
        return bool(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _shown(moderator_id: int) -> tuple[ColumnElement[bool], ...]:
    """Conditions: what nobody else sees, on its own page or in an album, is nothing for moderators.
    Nobody reads who reported what is theirs.
    """
    is_seen = or_(Upload.visibility != Visibility.PRIVATE, Album.shows(Upload.id))
    return is_seen, Upload.alive(), Upload.decided_by(moderator_id)
