"""Take the files of those who are no longer members out of albums."""

from __future__ import annotations

from models import Payload
from services.album_members import take_along
from services.jobs.kind import Turn
from services.site import Site


def run(_site: Site, turn: Turn) -> Payload | None:
    payload = turn.payload
    is_done = take_along(payload["album"], payload["user"], turn.is_over)
    return None if is_done else payload
