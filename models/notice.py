"""What is new for somebody, as *3 new in Holiday from Ann*: one row for what one person did in one
place, until it was seen.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, utcnow


class Notice(Model):
    """``by_name`` is who did it, as they are called then: a member, or somebody who sent files by a
    link. ``upload_id`` is the last file that it is about.
    """

    __table_args__ = (
        Index("ix_notice_user_id_at", "user_id", "at"),
        Index("ix_notice_unseen", "user_id", sqlite_where=text("NOT is_seen")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(
        ForeignKey("album.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[int | None] = mapped_column(
        ForeignKey("share_link.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    by_name: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), index=True
    )
    count: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    is_seen: Mapped[bool] = mapped_column(default=False, server_default=false())
