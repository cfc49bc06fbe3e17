"""How many bytes are kept for whom: every file of every upload, and what was taken out of files for
their owners. Triggers keep the sums (migration 0038), so that nothing counts.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.user import User

GUESTS, EVERYBODY = 0, -1  # holders that are nobody's row id


class Held(NamedTuple):
    """Bytes of one holder and of everybody, and the quota of that person alone."""

    own: int
    all: int
    quota_mb: int | None


class Space(Model):
    """``holder`` is the row id of a user, GUESTS for all guests together, or EVERYBODY, who always
    has a row.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    holder: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bytes: Mapped[int]

    @classmethod
    def of(cls, user_id: int | None) -> Held:
        """As it is now, of this person or of all guests together (None); in one statement."""
        holder = GUESTS if user_id is None else user_id
        quota = select(User.quota_mb).where(User.id == holder).scalar_subquery()
        query = select(cls.holder, cls.bytes, quota.label("quota_mb"))
        rows = db.session.execute(query.where(cls.holder.in_((holder, EVERYBODY)))).all()
        found = {row.holder: row.bytes for row in rows}
        return Held(found.get(holder, 0), found[EVERYBODY], rows[0].quota_mb)
