"""Forget from where API keys were used that haven't been used for long."""

from __future__ import annotations

from models import ApiKey, Payload, db
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    return ApiKey.knows_addresses(limits.ADDRESSES_FORGOTTEN_AFTER)


def run(_site: Site, _turn: Turn) -> Payload | None:
    ApiKey.forget_addresses(limits.ADDRESSES_FORGOTTEN_AFTER)
    db.session.commit()
    return None
