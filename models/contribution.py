"""What people without an account sent by a share link: each file is its owner's from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Model, UtcDateTime, utcnow
from models.share_link import ShareLink


class Contribution(Model):
    """``name`` is what the sender gave as theirs; ``browser`` a keyed hash of the secret that their
    browser keeps, which may take the file back. ``is_waiting``: for the owner of the link; until
    then the file is private, and not under the link.
    """

    __table_args__ = (Index("ix_contribution_link_id_upload_id", "link_id", "upload_id"),)

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    link_id: Mapped[int | None] = mapped_column(ForeignKey("share_link.id", ondelete="SET NULL"))
    name: Mapped[str]
    browser: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())

    link: Mapped[ShareLink | None] = relationship()
