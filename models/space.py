"""How many bytes are kept for whom: every file of every upload, and what was taken out of files for
their owners. Triggers keep the sums (migration 0038), so that nothing counts.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db

GUESTS, EVERYBODY = 0, -1  # holders that are nobody's row id


class Space(Model):
    """``holder`` is the row id of a user, GUESTS for all guests together, or EVERYBODY."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    holder: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bytes: Mapped[int]

    @classmethod
    def of(cls, holders: Collection[int]) -> dict[int, int]:
        """The bytes of each of these."""
        query = select(cls.holder, cls.bytes).where(cls.holder.in_(holders))
        found = {row.holder: row.bytes for row in db.session.execute(query)}
        return {holder: found.get(holder, 0) for holder in holders}
