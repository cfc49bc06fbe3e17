"""Clear up after accounts that are deleted."""

from __future__ import annotations

from models import Payload
from services.delete_account import clear
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    is_gone = clear(site, turn.payload["user"], turn.payload["to"], turn.is_over)
    return None if is_gone else turn.payload
