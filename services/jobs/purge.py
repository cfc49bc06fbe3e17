"""Delete for good what has been in a bin for `BIN_DAYS`."""

from __future__ import annotations

from models import Payload, Upload
from services.bin import oldest_kept, purge
from services.jobs.kind import Turn
from services.site import Site


def has_work(site: Site) -> bool:
    return bool(Upload.binned_before(oldest_kept(site), 1))


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    return {} if purge(site, turn.is_over) else None
