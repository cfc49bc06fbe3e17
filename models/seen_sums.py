"""What derivatives were when the doctor saw them first: nothing else knows. A disk that loses bits
doesn't write the time of a file; whoever makes one anew does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.upload import Upload

Sums = dict[str, tuple[int, str]]  # by kind: time in nanoseconds since 1970, beginning of SHA-256


class SeenSums(Model):
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    sums: Mapped[dict[str, list[int | str]]] = mapped_column(JSON)

    @classmethod
    def of(cls, upload_ids: Sequence[int]) -> dict[int, Sums]:
        """By row ids of uploads."""
        rows = db.session.execute(select(cls).where(cls.upload_id.in_(upload_ids))).scalars()
        return {
            row.upload_id: {kind: (int(at), str(digits)) for kind, (at, digits) in row.sums.items()}
            for row in rows
        }

    @classmethod
    def write(cls, sums: Mapping[int, Sums]) -> None:
        """Of uploads that are still there; in the caller's transaction."""
        there = db.session.scalars(select(Upload.id).where(Upload.id.in_(sums))).all()
        for row in there:
            new = insert(cls).values(upload_id=row, sums=sums[row])
            changed = {"sums": new.excluded.sums}
            db.session.execute(
                new.on_conflict_do_update(index_elements=["upload_id"], set_=changed)
            )
