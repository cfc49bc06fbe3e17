"""Forget Idempotency-Keys and the answers to them after a day."""

from __future__ import annotations

from models import IdempotencyKey, Payload, db
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    return IdempotencyKey.has_old()


def run(site: Site, turn: Turn) -> Payload | None:
    while not turn.is_over():
        with site.writing:
            count = IdempotencyKey.forget_old(limits.KEYS_AT_ONCE)
            db.session.commit()
        if count < limits.KEYS_AT_ONCE:
            return None
    return {}
