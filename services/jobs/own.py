"""State in the memory of this process: counted views, what they put off, and files it couldn't move
to their place.

No other process could do that, and a row would outlive what it is about. So it is no job, and
every worker does it.
"""

from __future__ import annotations

from services.place import settle
from services.site import Site


def write_down(site: Site) -> None:
    site.views.flush()
    site.uses.flush(site.settings)
    site.last_uses.flush()
    if site.unsettled:
        site.storage.check(site.id)
        settle(site, list(site.unsettled))
