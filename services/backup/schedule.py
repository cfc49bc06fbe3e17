"""When the daily backup is made: at an hour of the site's own clock, or as soon as the server is
back where it was off then.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from models import utcnow
from services.backup.folder import CLOCK_STEP, time_of
from services.backup.known import copies_in
from services.site import Site


def last_due(now: datetime, zone: tzinfo, hour: int) -> datetime:
    """When the last one should have begun. An hour that a change of clocks leaves out is the one
    after it; of one that comes twice, the first counts.
    """
    today = _at(now.astimezone(zone).date(), zone, hour)
    return today if today <= now else _at(_day(now, zone, -1), zone, hour)


def next_due(now: datetime, zone: tzinfo, hour: int) -> datetime:
    today = _at(now.astimezone(zone).date(), zone, hour)
    return today if today > now else _at(_day(now, zone, 1), zone, hour)


def newest_at(site: Site) -> datetime | None:
    """When the newest copy in BACKUP_FOLDER was begun, as the site knows it; None for none, and
    where the clock was wrong then.
    """
    folder = site.config.backups
    copies = copies_in(folder) if folder else ()
    at = time_of(copies[0].name) if copies else None
    return None if at and at > utcnow() + CLOCK_STEP else at


def until_next_hour(now: datetime, zone: tzinfo) -> timedelta:
    """An hour begins in it, and the setting names one."""
    local = now.astimezone(zone)
    return timedelta(minutes=60 - local.minute, seconds=1 - local.second)


def _day(now: datetime, zone: tzinfo, days: int) -> date:
    return now.astimezone(zone).date() + timedelta(days=days)


def _at(day: date, zone: tzinfo, hour: int) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
