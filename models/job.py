"""Work that outlives a request: one row a job, written in the transaction of what it is about.

Who runs a job claims it for a while, its lease, and extends that by heartbeats. The lease of a
killed process runs out, and the job is run again. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import JSON, ColumnElement, delete, literal, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, UtcDateTime, db, utcnow

Payload = dict[str, Any]  # what JSON can hold
PAGE_OF_JOBS = 50
LONGEST_LEASE = timedelta(hours=1)  # a longer one was written while the clock was wrong


class JobPlace(NamedTuple):
    """Where a page of waiting jobs ends."""

    run_at: datetime
    id: int


@dataclass(frozen=True)
class Claim:
    """A job as ``holder`` got it, a random text made for this claim. ``tries`` counts this one."""

    id: int
    kind: str
    payload: Payload
    tries: int
    holder: str


class Job(Model):
    """Of the jobs with one ``key`` there is one at a time. ``run_at`` None: given up for
    ``reason``. ``tries`` are those since the last success or progress.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[Payload] = mapped_column(JSON)
    run_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]  # of the last failure

    @classmethod
    def add(
        cls,
        kind: str,
        payload: Payload | None = None,
        *,
        run_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Run it at ``run_at``, or once the caller has committed. A job that has the key stays."""
        values = {
            "kind": kind,
            "key": key,
            "payload": payload or {},
            "run_at": run_at or utcnow(),
            "tries": 0,
        }
        db.session.execute(insert(cls).values(values).on_conflict_do_nothing())

    @classmethod
    def of_kind(cls, kind: str) -> Sequence[Self]:
        """Those that are left of a kind of which there are few."""
        return db.session.scalars(select(cls).where(cls.kind == kind)).all()

    @classmethod
    def kind_of(cls, job_id: int) -> str:
        """ "" where there is no such job."""
        return db.session.scalar(select(cls.kind).where(cls.id == job_id)) or ""

    @classmethod
    def due(cls, kinds: Collection[str], at: datetime, limit: int) -> Sequence[Self]:
        """Unclaimed jobs of these kinds that are due, the longest waiting first."""
        query = select(cls).where(cls.kind.in_(kinds), cls.run_at <= at, cls._free(at))
        return db.session.scalars(query.order_by(cls.run_at, cls.id).limit(limit)).all()

    @classmethod
    def claim(cls, job_id: int, holder: str, at: datetime, until: datetime) -> Claim | None:
        """Claim the job for ``holder``; None if it isn't due, or is claimed by another."""
        mine = update(cls).where(cls.id == job_id, cls.run_at <= at, cls._free(at))
        row = db.session.execute(
            mine.values(claimed_by=holder, claimed_until=until, tries=cls.tries + 1).returning(
                cls.kind, cls.payload, cls.tries
            )
        ).one_or_none()
        return Claim(job_id, row.kind, row.payload, row.tries, holder) if row else None

    @classmethod
    def extend(cls, claim: Claim, until: datetime) -> bool:
        """Extend the lease. Whether the claim still held."""
        return cls._change(claim, {"claimed_until": until})

    @classmethod
    def note(cls, claim: Claim, payload: Payload) -> bool:
        """Set the payload. Whether the claim still held."""
        return cls._change(claim, {"payload": payload})

    @classmethod
    def release(cls, claim: Claim, **values: Any) -> bool:
        """Set these values and release the job. Whether the claim still held."""
        return cls._change(claim, {**values, "claimed_by": None, "claimed_until": None})

    @classmethod
    def end(cls, claim: Claim) -> None:
        """Delete a finished job, unless another has claimed it since."""
        db.session.execute(delete(cls).where(cls.id == claim.id, cls.claimed_by == claim.holder))

    @classmethod
    def drop_given_up(cls, key: str) -> None:
        """For one that is added anew."""
        db.session.execute(delete(cls).where(cls.key == key, cls.run_at.is_(None)))

    @classmethod
    def bring_forward(
        cls, at: datetime, *, job_id: int | None = None, key: str | None = None
    ) -> int:
        """How many jobs, given up or waiting, will run at ``at`` with all their tries before them.
        Without a choice: all that were given up."""
        chosen = (
            cls.id == job_id
            if job_id is not None
            else cls.key == key
            if key
            else cls.run_at.is_(None)
        )
        wake = update(cls).where(chosen, cls._free(at)).values(run_at=at, tries=0)
        return len(db.session.scalars(wake.returning(cls.id)).all())

    @classmethod
    def kinds(cls) -> set[str]:
        """Of all jobs."""
        return set(db.session.scalars(select(cls.kind).distinct()))

    @classmethod
    def keyed(cls) -> dict[str, Self]:
        return {
            job.key: job
            for job in db.session.scalars(select(cls).where(cls.key.is_not(None)))
            if job.key
        }

    @classmethod
    def given_up(cls, after: int | None = None, limit: int = PAGE_OF_JOBS) -> Sequence[Self]:
        """From behind a row id."""
        query = select(cls).where(cls.run_at.is_(None))
        if after is not None:
            query = query.where(cls.id > after)
        return db.session.scalars(query.order_by(cls.id).limit(limit)).all()

    @classmethod
    def waiting(
        cls, but: Collection[str], after: JobPlace | None = None, limit: int = PAGE_OF_JOBS
    ) -> Sequence[Self]:
        """The next to run first, from behind a place; ``but`` are kinds that are left out."""
        query = select(cls).where(cls.run_at.is_not(None), cls.kind.not_in(but))
        if after:
            at = literal(after.run_at, UtcDateTime)
            query = query.where(tuple_(cls.run_at, cls.id) > tuple_(at, literal(after.id)))
        return db.session.scalars(query.order_by(cls.run_at, cls.id).limit(limit)).all()

    @classmethod
    def keyed_as(cls, keys: Collection[str]) -> Sequence[Self]:
        """The next to run first."""
        query = select(cls).where(cls.key.in_(keys))
        return sorted(db.session.scalars(query), key=lambda job: (job.run_at is None, job.run_at))

    @classmethod
    def ordered(cls) -> Sequence[Self]:
        """All jobs, those given up first."""
        return db.session.scalars(
            select(cls).order_by(cls.run_at.is_not(None), cls.run_at, cls.id)
        ).all()

    def is_running(self, at: datetime) -> bool:
        return self.claimed_until is not None and at < self.claimed_until <= at + LONGEST_LEASE

    @classmethod
    def _free(cls, at: datetime) -> ColumnElement[bool]:
        until = cls.claimed_until
        return or_(until.is_(None), until <= at, until > at + LONGEST_LEASE)

    @classmethod
    def _change(cls, claim: Claim, values: Mapping[str, Any]) -> bool:
        mine = update(cls).where(cls.id == claim.id, cls.claimed_by == claim.holder)
        return db.session.scalar(mine.values(dict(values)).returning(cls.id)) is not None
