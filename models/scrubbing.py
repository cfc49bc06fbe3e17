"""The bytes blanked in an upload's file, stored for its owner (`media.privacy.patch`)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db


class Scrubbing(Model):
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    originals: Mapped[bytes]

    @classmethod
    def exchange(cls, one: int, other: int) -> None:
        """What two rows of uploads have of these changes places."""
        query = select(cls.upload_id, cls.originals).where(cls.upload_id.in_((one, other)))
        found = {one.upload_id: one.originals for one in db.session.execute(query)}
        db.session.execute(delete(cls).where(cls.upload_id.in_(found)))
        for row, to in ((one, other), (other, one)):
            if row in found:
                db.session.execute(insert(cls).values(upload_id=to, originals=found[row]))
