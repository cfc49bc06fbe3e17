"""Files that are on their way: written down before they move, struck out in the commit that says
where they are.

While a path stands here it is taken, so that no two writers, in any process, touch one file. What
stands here of a process that is gone is settled by what the rows say (`services.place`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db


class Journal(Model):
    # some file systems are case-insensitive
    path: Mapped[str] = mapped_column(String(collation="NOCASE"), primary_key=True)
    process: Mapped[str]

    @classmethod
    def add(cls, paths: Sequence[str], process: str) -> bool:
        """Write them down; False where one is on its way already, and the caller rolls back. Call
        `begin_write` first.
        """
        rows = [{"path": path, "process": process} for path in paths]
        done: Any = db.session.execute(insert(cls).values(rows).on_conflict_do_nothing())
        return bool(done.rowcount == len(rows))

    @classmethod
    def strike(cls, paths: Collection[str]) -> None:
        db.session.execute(
            delete(cls).where(cls.path.in_(paths)).execution_options(synchronize_session=False)
        )

    @classmethod
    def left_by_others_than(cls, living: Collection[str]) -> list[str]:
        """Paths of processes that are none of these."""
        return list(
            db.session.scalars(
                select(cls.path).where(cls.process.not_in(living)).order_by(cls.path)
            )
        )
