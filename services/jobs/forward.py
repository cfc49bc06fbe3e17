"""Run a job now, on request."""

from __future__ import annotations

from models import Job, db, utcnow
from services.audit import Act, record
from services.jobs import repair


def add(kind: str) -> None:
    """A job of a kind that doesn't run again and again, unless there is one."""
    Job.add(kind, key=kind)
    db.session.commit()


def repair_now(by: str) -> None:
    """Look again at what is damaged. ``by`` is who asks, for the audit log."""
    Job.drop_given_up(repair.KIND)
    Job.add(repair.KIND, key=repair.KIND)
    record(Act.RETRY_JOBS, by, repair.KIND, count=1)
    db.session.commit()


def bring_forward(*, job_id: int | None = None, key: str | None = None, by: str = "") -> int:
    """Have jobs run as soon as a worker gets to them: by id, by key, or all that were given up. How
    many. ``by`` is who does it, for the audit log.
    """
    kind = Job.kind_of(job_id) if job_id is not None else key or ""
    count = Job.bring_forward(utcnow(), job_id=job_id, key=key)
    if by and count:
        record(Act.RETRY_JOBS, by, kind, count=count)
    db.session.commit()
    return count
