"""What admins and managers did, for those who look after the site with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

Detail = dict[str, Any]  # what JSON can hold


class Act(StrEnum):
    """A kind of act. What it is called stands in the database: it may get others, and keeps
    these.
    """

    ROLE = "role"
    BAN = "ban"
    UNBAN = "unban"
    SETTING = "setting"


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
