"""Delete for good what has been in a bin for `BIN_DAYS`, or would have expired."""

from __future__ import annotations

from models import Payload
from services.bin import has_to_go, purge
from services.jobs.kind import Turn
from services.site import Site


def has_work(site: Site) -> bool:
    return has_to_go(site)


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    return {} if purge(site, turn.is_over) else None
