"""Forget the hashes of guests once no limit needs them, and refusals that nobody has read."""

from __future__ import annotations

from models import Payload, Refusal, Upload, db
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(_site: Site) -> bool:
    knows_guests = Upload.knows_guests(limits.GUESTS_FORGOTTEN_AFTER)
    return knows_guests or Refusal.knows_old(limits.REFUSALS_FORGOTTEN_AFTER)


def run(_site: Site, _turn: Turn) -> Payload | None:
    Upload.forget_guests(limits.GUESTS_FORGOTTEN_AFTER)
    Refusal.forget_old(limits.REFUSALS_FORGOTTEN_AFTER)
    db.session.commit()
    return None
