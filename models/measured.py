"""Numbers of the whole site, for programs that watch over it: all are kept or few, none is a count
of uploads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import case, func, select

from models.base import db, utcnow
from models.job import Job
from models.space import EVERYBODY, Space
from models.tally import Tally
from models.upload.shelf import IN_BIN
from models.user import User


class Totals(NamedTuple):
    uploads: int
    stored_bytes: int


def totals() -> Totals:
    """Uploads that are there, and the bytes of all files that are kept; in one statement."""
    is_there = Tally.by == "received_at", Tally.shelf < IN_BIN
    uploads = select(func.sum(Tally.uploads)).where(*is_there)
    stored = select(Space.bytes).where(Space.holder == EVERYBODY)
    row = db.session.execute(select(uploads.scalar_subquery(), stored.scalar_subquery())).one()
    return Totals(row[0] or 0, row[1] or 0)


def people() -> Sequence[tuple[str, str, int]]:
    """Role, state, and how many."""
    query = select(User.role, User.state, func.count()).group_by(User.role, User.state)
    return [(role, state, number) for role, state, number in db.session.execute(query)]


def jobs() -> Sequence[tuple[str, str, int]]:
    """Kind, state, and how many: ``waiting``, ``due``, ``running``, ``failing`` (tried again later)
    or ``failed`` (given up).
    """
    now = utcnow()
    state = case(
        (Job.run_at.is_(None), "failed"),
        (Job.claimed_until > now, "running"),
        (Job.reason.is_not(None), "failing"),
        (Job.run_at <= now, "due"),
        else_="waiting",
    )
    query = select(Job.kind, state, func.count()).group_by(Job.kind, state)
    return [(kind, of, number) for kind, of, number in db.session.execute(query)]
