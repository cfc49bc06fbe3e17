"""Files that are on their way: written down before they move, struck out in the commit that says
where they are.

While a path stands here it is taken, so that no two writers, in any process, touch one file. What
stands here of a process that is gone is settled by what the rows say (`services.place`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, delete, literal, select, true, union_all
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db


class Journal(Model):
    """``upload`` is the public id of a new upload that the files will be of: its row strikes them
    out (migration 0015).
    """

    # some file systems are case-insensitive
    path: Mapped[str] = mapped_column(String(collation="NOCASE"), primary_key=True)
    process: Mapped[str]
    upload: Mapped[str | None]

    @classmethod
    def add(
        cls,
        paths: Sequence[str],
        process: str,
        upload: str | None = None,
        on: ColumnElement[bool] | None = None,
    ) -> bool:
        """Write them down; False where one is on its way already, or ``on``, a condition, doesn't
        hold, and the caller rolls back. Call `begin_write` first.
        """
        rows = [
            select(literal(path), literal(process), literal(upload, String)).where(
                true() if on is None else on
            )
            for path in paths
        ]
        done: Any = db.session.execute(
            insert(cls)
            .from_select(["path", "process", "upload"], union_all(*rows))
            .on_conflict_do_nothing()
        )
        return bool(done.rowcount == len(paths))

    @classmethod
    def taken(cls, paths: Collection[str]) -> set[str]:
        """Those of these paths that stand here, in the case that they are asked for in."""
        found = {
            path.lower() for path in db.session.scalars(select(cls.path).where(cls.path.in_(paths)))
        }
        return {path for path in paths if path.lower() in found}

    @classmethod
    def write(cls, paths: Sequence[str], process: str) -> None:
        """Write down what isn't `taken`; call `begin_write` first."""
        if paths:
            rows = [{"path": path, "process": process, "upload": None} for path in paths]
            db.session.execute(insert(cls), rows)

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
