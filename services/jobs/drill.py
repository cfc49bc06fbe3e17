"""Try a restore of the newest backup, each week, so that a backup which can't be restored is known
before it is needed.
"""

from __future__ import annotations

from models import Payload, SiteFact, utcnow
from models.site_fact import LAST_BACKUP, LAST_PROVEN
from services.backup.schedule import newest_at
from services.drill import drill
from services.jobs import limits
from services.jobs.kind import Turn
from services.proven import last_proven
from services.site import Site


def has_work(site: Site) -> bool:
    """Where there is a folder for backups, and there was one in it. A copy that is newer than one
    of a week ago doesn't wait for the day of the last drill.
    """
    if not site.config.backups or not SiteFact.read(LAST_BACKUP):
        return False
    proven = last_proven(SiteFact.read(LAST_PROVEN))
    due = utcnow() - limits.DRILL_AFTER
    if proven is None or proven.at < due:
        return True
    newest = newest_at(site)
    return proven.copied_at < due and newest is not None and newest > proven.copied_at


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises DrillFailed."""
    folder = site.config.backups
    return drill(site, folder, turn.payload, turn.is_over) if folder else None
