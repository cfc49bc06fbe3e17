"""Delete abandoned temp files, what is held for a backup that was abandoned, and what was set aside
long ago.
"""

from __future__ import annotations

from models import Payload
from services.backup import forgotten
from services.jobs import limits
from services.jobs.kind import Turn
from services.site import Site


def has_work(site: Site) -> bool:
    return (
        site.storage.temp.has_leftovers(limits.GRACE_SECONDS)
        or site.storage.has_aside(limits.ASIDE_SECONDS)
        or forgotten.has_forgotten(site)
    )


def run(site: Site, _turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    site.storage.temp.prepare()
    site.storage.temp.remove_leftovers(limits.GRACE_SECONDS)
    if forgotten.has_forgotten(site):
        forgotten.forget(site)
    site.storage.clear_aside(limits.ASIDE_SECONDS)
    return None
