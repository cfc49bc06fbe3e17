"""Forget the hashes of guests once no limit needs them."""

from __future__ import annotations

from models import Payload, Upload, db
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    return Upload.knows_guests(limits.GUESTS_FORGOTTEN_AFTER)


def run(_site: Site, _turn: Turn) -> Payload | None:
    Upload.forget_guests(limits.GUESTS_FORGOTTEN_AFTER)
    db.session.commit()
    return None
