"""Run a job now, on request."""

from __future__ import annotations

from models import Job, db, utcnow


def add(kind: str) -> None:
    """A job of a kind that doesn't run again and again, unless there is one."""
    Job.add(kind, key=kind)
    db.session.commit()


def bring_forward(*, job_id: int | None = None, key: str | None = None) -> int:
    """Have jobs run as soon as a worker gets to them: by id, by key, or all that were given up. How
    many.
    """
    count = Job.bring_forward(utcnow(), job_id=job_id, key=key)
    db.session.commit()
    return count
