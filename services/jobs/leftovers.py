"""Delete abandoned temp files."""

from __future__ import annotations

from models import Payload
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(site: Site) -> bool:
    return bool(site.storage.leftovers(limits.GRACE_SECONDS))


def run(site: Site, _turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    site.storage.prepare_tmp()
    remove_leftovers(site, limits.GRACE_SECONDS)
    return None


def remove_leftovers(site: Site, older_than: float) -> int:
    """How many, of those that were untouched for so many seconds."""
    paths = site.storage.leftovers(older_than)
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
