"""Clear up after accounts that are deleted."""

from __future__ import annotations

from models import Job, Payload, db, utcnow
from services.delete_account import ACCOUNTS, clear
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    is_gone = clear(site, turn.payload["user"], turn.payload["to"], turn.is_over)
    return None if is_gone else turn.payload


def has_given_up(site: Site) -> bool:
    return any(job.run_at is None for job in Job.of_kind(ACCOUNTS))


def retry(site: Site, turn: Turn) -> Payload | None:
    """An account that is half deleted doesn't stay: what was given up is tried again."""
    for job in Job.of_kind(ACCOUNTS):
        if job.run_at is None:
            Job.bring_forward(utcnow(), job_id=job.id)
    db.session.commit()
    return None
