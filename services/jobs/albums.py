"""Delete the files of albums that are deleted with them."""

from __future__ import annotations

from models import Payload
from services.delete_album import go_on
from services.jobs.kind import Turn
from services.site import Site


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    return None if go_on(site, turn.payload, turn.is_over) else turn.payload
