"""Go on with a change of many files."""

from __future__ import annotations

from models import Payload
from services.changes import work
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    return None if work(site, turn.payload["change"], turn.is_over) else turn.payload
