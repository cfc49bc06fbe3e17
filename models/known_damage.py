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
LOST = ("missing", "changed", "database")  # what nobody can look at as it was


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
    def note(cls, rows: Sequence[dict[str, Any]]) -> int:
        """What was found just now, in the caller's transaction: all columns but the times, and
        ``upload``, a public id or "". For how many there was no room.
        """
        now = utcnow()
        ids = {one["upload"] for one in rows if one["upload"]}
        found = select(Upload.public_id, Upload.id).where(Upload.public_id.in_(ids))
        row_ids = {row.public_id: row.id for row in db.session.execute(found)}
        new = []
        for one in sorted(rows, key=lambda one: one["damage"] not in LOST):
            values = {**one, "ended_at": now if one["is_repaired"] else None, "seen_at": now}
            public_id = values.pop("upload")
            if public_id and public_id not in row_ids:
                continue  # deleted since
            of_it = cls.damage == one["damage"], cls.path == one["path"]
            known = update(cls).where(*of_it).values(**values).returning(cls.id)
            if db.session.scalar(known) is None:
                new.append({**values, "found_at": now, "upload_id": row_ids.get(public_id)})
        room = cls._room_for(len(new), sum(one["damage"] in LOST for one in new))
        for values in new[:room]:
            db.session.execute(insert(cls).values(**values).on_conflict_do_nothing())
        return len(new) - len(new[:room])

    @classmethod
    def _room_for(cls, count: int, lost: int) -> int:
        """How many rows may be added: what has ended goes for them, and for what is ``lost`` what
        isn't.
        """
        room = MOST_KEPT - (db.session.scalar(select(func.count()).select_from(cls)) or 0)
        ended = cls.ended_at.is_not(None)
        for needed, what, order in (
            (count, ended, (cls.ended_at, cls.id)),
            (lost, cls.damage.not_in(LOST), (cls.id,)),
        ):
            if needed > room:
                some = select(cls.id).where(what).order_by(*order).limit(needed - room)
                gone = delete(cls).where(cls.id.in_(some)).returning(cls.id)
                room += len(db.session.scalars(gone).all())
        return max(0, room)

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
        """Open ones, what is lost before others, or the latest that ended; with their uploads."""
        query = (
            select(cls)
            .options(joinedload(cls.upload).joinedload(Upload.user))
            .limit(PAGE_OF_DAMAGE)
        )
        if is_open:
            worst = query.where(cls.ended_at.is_(None)).order_by(cls.damage.not_in(LOST), cls.id)
            return db.session.scalars(worst).all()
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
        is_open = cls.ended_at.is_(None)
        return select(func.count()).select_from(cls).where(is_open, cls.damage.in_(LOST))

    @classmethod
    def open_rows(cls, after: int, limit: int) -> list[int]:
        """Row ids of uploads with open damage, from behind one."""
        rows = select(cls.upload_id).where(cls.ended_at.is_(None), cls.upload_id > after)
        return [
            row
            for row in db.session.scalars(rows.distinct().order_by(cls.upload_id).limit(limit))
            if row
        ]
