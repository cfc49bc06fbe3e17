"""What the overview of the administration asks of several tables, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from models.base import db
from models.flow import Flow, begin_of
from models.job import Job
from models.site_fact import LAST_BACKUP, SiteFact
from models.space import EVERYBODY, Space
from models.user import User


class Facts(NamedTuple):
    """``first_at``: since when there are uploads. Jobs that were given up, that wait, and that have
    failed and are tried again. ``backup`` as `services.backup` wrote it down.
    """

    first_at: datetime | None
    failed: int
    waiting: int
    retried: int
    backup: str


def facts(recurring: Collection[str]) -> Facts:
    """``recurring`` are kinds of jobs that always wait."""
    jobs = select(func.count()).select_from(Job)
    some = (
        select(func.min(Flow.quarter)),
        jobs.where(Job.run_at.is_(None)),
        jobs.where(Job.run_at.is_not(None), Job.kind.not_in(recurring), Job.reason.is_(None)),
        jobs.where(Job.run_at.is_not(None), Job.reason.is_not(None)),
        select(SiteFact.value).where(SiteFact.name == LAST_BACKUP),
    )
    first, failed, waiting, retried, backup = db.session.execute(
        select(*(one.scalar_subquery() for one in some))
    ).one()
    return Facts(None if first is None else begin_of(first), failed, waiting, retried, backup or "")


class Holder(NamedTuple):
    """``name`` is "" for all guests together."""

    name: str
    bytes: int


def largest_holders(limit: int) -> Sequence[Holder]:
    """For whom most is kept: a row is a person, not an upload."""
    query = select(func.coalesce(User.name, ""), Space.bytes)
    query = query.outerjoin(User, User.id == Space.holder).where(Space.holder != EVERYBODY)
    rows = db.session.execute(
        query.where(Space.bytes > 0).order_by(Space.bytes.desc()).limit(limit)
    )
    return [Holder(name, size) for name, size in rows]
