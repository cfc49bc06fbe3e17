"""What moderators did, for those who look after the site with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import JSON, Index, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

PAGE_OF_LOG = 50
MOST_ACTORS = 200  # to choose from
Detail = dict[str, Any]  # what JSON can hold


class Act(StrEnum):
    """A kind of act. What it is called stands in the database: it may get others, and keeps
    these.
    """

    ROLE = "role"
    BAN = "ban"
    UNBAN = "unban"
    SETTING = "setting"
    APPROVE = "approve"
    REFUSE = "refuse"
    CREATE_ACCOUNT = "create_account"
    DELETE_ACCOUNT = "delete_account"
    PASSWORD = "password"  # noqa: S105 -- set by a command
    RESET_LINK = "reset_link"
    RESET_FACTORS = "reset_factors"
    DISCONNECT = "disconnect"
    QUOTA = "quota"
    INVITE = "invite"
    REVOKE_INVITATION = "revoke_invitation"
    OPEN_UPLOAD = "open_upload"
    EDIT_UPLOAD = "edit_upload"
    DELETE_UPLOAD = "delete_upload"
    DELETE_LINK = "delete_link"
    OPEN_ALBUM = "open_album"
    CREATE_CATEGORY = "create_category"
    EDIT_CATEGORY = "edit_category"
    DELETE_CATEGORY = "delete_category"
    EDIT_TAG = "edit_tag"
    MERGE_TAGS = "merge_tags"
    DELETE_TAG = "delete_tag"
    RETRY_JOBS = "retry_jobs"
    CREATE_KEY = "create_key"
    GUEST_KEY = "guest_key"
    REVOKE_KEY = "revoke_key"
    CREATE_ALBUM = "create_album"
    APPROVE_UPLOAD = "approve_upload"
    REFUSE_UPLOAD = "refuse_upload"
    HIDE_UPLOAD = "hide_upload"
    DISMISS_REPORT = "dismiss_report"
    BACK_UP = "back_up"


class AuditEntry(Model):
    """``by`` is the name then of who did it, ``subject`` what or whom it was done to: texts, since
    an entry outlives both. ``detail`` says from what to what. Nothing secret or private is in
    any of them. Nothing here commits.
    """

    __table_args__ = (
        Index("ix_audit_entry_by_id", "by", "id"),
        Index("ix_audit_entry_act_id", "act", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    by: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Detail] = mapped_column(JSON)

    @classmethod
    def add(cls, act: Act, by: str, subject: str, detail: Detail) -> None:
        values = {"at": utcnow(), "by": by, "act": act, "subject": subject, "detail": detail}
        db.session.execute(insert(cls).values(values))

    @classmethod
    def page(
        cls, *, by: str = "", act: str = "", before: int | None = None, limit: int = PAGE_OF_LOG
    ) -> Sequence[Self]:
        """The latest first, from below an id: of everybody and all kinds, or of one."""
        query = select(cls)
        if by:
            query = query.where(cls.by == by)
        if act:
            query = query.where(cls.act == act)
        if before is not None:
            query = query.where(cls.id < before)
        return db.session.scalars(query.order_by(cls.id.desc()).limit(limit)).all()

    @classmethod
    def actors(cls) -> Sequence[str]:
        """Who has done any of it, by name. From one name the index leads to the next: nothing
        counts how much each did.
        """
        names = select(func.min(cls.by).label("name")).cte("names", recursive=True)
        behind = select(func.min(cls.by)).where(cls.by > names.c.name).scalar_subquery()
        names = names.union_all(select(behind).where(names.c.name.is_not(None)))
        query = select(names.c.name).where(names.c.name.is_not(None)).limit(MOST_ACTORS)
        return db.session.scalars(query).all()

    @classmethod
    def knows_before(cls, at: datetime) -> bool:
        """Whether any is older."""
        first = db.session.scalar(select(cls.at).order_by(cls.id).limit(1))
        return first is not None and first < at

    @classmethod
    def forget_before(cls, at: datetime) -> None:
        """In the order of their ids, so that no more is read than goes."""
        query = select(cls.id).where(cls.at >= at).order_by(cls.id).limit(1)
        kept_from = db.session.scalar(query)
        old = cls.at < at if kept_from is None else cls.id < kept_from
        db.session.execute(delete(cls).where(old))
