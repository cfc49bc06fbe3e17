"""Damage that the doctor has found in the background: since when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Model, UtcDateTime, db, utcnow
from models.upload import Upload

PAGE_OF_DAMAGE = 100
MOST_KEPT = 10_000  # rows: a disk that fails whole is told of by its first


class KnownDamage(Model):
    """``damage`` and ``path`` are as in `services.doctor.Finding`. ``ended_at``: since then it is
    repaired, or no longer there.
    """

    __table_args__ = (
        UniqueConstraint("damage", "path"),
        Index("ix_known_damage_ended_at", "ended_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    damage: Mapped[str]
    path: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    source: Mapped[str]
    fault: Mapped[str]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_repaired: Mapped[bool] = mapped_column(default=False)

    upload: Mapped[Upload | None] = relationship()

    @classmethod
    def note(cls, rows: Sequence[dict[str, Any]]) -> None:
        """What was found just now, in the caller's transaction: all columns but the times, and
        ``upload``, a public id or "".
        """
        now = utcnow()
        ids = {one["upload"] for one in rows if one["upload"]}
        found = select(Upload.public_id, Upload.id).where(Upload.public_id.in_(ids))
        row_ids = {row.public_id: row.id for row in db.session.execute(found)}
        room = MOST_KEPT - (db.session.scalar(select(func.count()).select_from(cls)) or 0)
        for one in rows[: max(0, room)]:
            public_id = one.pop("upload")
            if public_id and public_id not in row_ids:
                continue  # deleted since
            ended_at = now if one["is_repaired"] else None
            times = {"found_at": now, "seen_at": now, "ended_at": ended_at}
            new = insert(cls).values(**one, **times, upload_id=row_ids.get(public_id))
            changed = {
                name: new.excluded[name]
                for name in ("number", "source", "fault", "seen_at", "ended_at", "is_repaired")
            }
            db.session.execute(
                new.on_conflict_do_update(index_elements=["damage", "path"], set_=changed)
            )

    @classmethod
    def end_unseen(cls, since: datetime) -> None:
        """A whole round has passed without what is open and was seen before: it is gone."""
        unseen = update(cls).where(cls.ended_at.is_(None), cls.seen_at < since)
        db.session.execute(unseen.values(ended_at=utcnow()))

    @classmethod
    def end_of(cls, upload_ids: Sequence[int], since: datetime) -> None:
        """The same of uploads that were looked at again."""
        unseen = update(cls).where(cls.upload_id.in_(upload_ids), cls.ended_at.is_(None))
        db.session.execute(unseen.where(cls.seen_at < since).values(ended_at=utcnow()))

    @classmethod
    def forget(cls, ended_before: datetime) -> None:
        db.session.execute(delete(cls).where(cls.ended_at < ended_before))

    @classmethod
    def page(cls, *, is_open: bool) -> Sequence[Self]:
        """Open ones, or the latest that ended, with their uploads."""
        query = (
            select(cls)
            .options(joinedload(cls.upload).joinedload(Upload.user))
            .limit(PAGE_OF_DAMAGE)
        )
        if is_open:
            return db.session.scalars(query.where(cls.ended_at.is_(None)).order_by(cls.id)).all()
        ended = query.where(cls.ended_at.is_not(None))
        return db.session.scalars(ended.order_by(cls.ended_at.desc(), cls.id.desc())).all()

    @classmethod
    def counts(cls) -> dict[str, int]:
        """How many are open, of each kind of damage."""
        query = select(cls.damage, func.count()).where(cls.ended_at.is_(None)).group_by(cls.damage)
        return {row[0]: row[1] for row in db.session.execute(query)}

    @classmethod
    def count_of_lost(cls) -> Select[int]:
        """A query for the number of those that nobody can look at as they were."""
        is_lost = cls.damage.in_(("missing", "changed", "database"))
        return select(func.count()).select_from(cls).where(cls.ended_at.is_(None), is_lost)

    @classmethod
    def open_rows(cls, after: int, limit: int) -> list[int]:
        """Row ids of uploads with open damage, from behind one."""
        rows = select(cls.upload_id).where(cls.ended_at.is_(None), cls.upload_id > after)
        return [
            row
            for row in db.session.scalars(rows.distinct().order_by(cls.upload_id).limit(limit))
            if row
        ]
