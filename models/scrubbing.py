"""The bytes blanked in an upload's file, stored for its owner (`media.privacy.patch`)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model


class Scrubbing(Model):
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    originals: Mapped[bytes]
