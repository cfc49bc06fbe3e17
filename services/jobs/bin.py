"""Delete for good what somebody chose in their bin, or all of it."""

from __future__ import annotations

from models import Payload
from services.bin import empty_some
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    return empty_some(site, turn.payload, turn.is_over)
