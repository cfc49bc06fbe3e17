"""Forget the changes that can't be undone any more."""

from __future__ import annotations

from models import Change, Payload, db
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    return Change.has_old()


def run(_site: Site, turn: Turn) -> Payload | None:
    while Change.forget_some(limits.CHANGED_FILES_AT_ONCE):
        db.session.commit()
        if turn.is_over():
            return {}
    return None
