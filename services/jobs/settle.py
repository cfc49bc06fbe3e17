"""Settle the files that a dead process was moving."""

from __future__ import annotations

from models import Journal, Payload
from services.jobs import limits
from services.jobs.kind import Turn
from services.place import settle_the_dead
from services.site import Site


def has_work(site: Site) -> bool:
    return bool(site.unsettled or Journal.left_by_others_than({site.running.id}))


def run(site: Site, _turn: Turn) -> Payload | None:
    """Raises Occupied while another process starts."""
    site.storage.check(site.id)
    with site.running.exclusive(limits.SETTLE_WAIT_SECONDS):
        settle_the_dead(site)
    return None
