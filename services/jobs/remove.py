"""Delete uploads that somebody deleted together."""

from __future__ import annotations

from models import Payload
from services.delete_album import remove_all
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    return remove_all(site, turn.payload, turn.is_over)
