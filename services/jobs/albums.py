"""Delete albums that their owners deleted."""

from __future__ import annotations

from models import Payload
from services.delete_album import empty_and_delete
from services.jobs.kind import Turn
from services.site import Site


def run(_site: Site, turn: Turn) -> Payload | None:
    is_gone = empty_and_delete(turn.payload["album"], turn.is_over)
    return None if is_gone else turn.payload
