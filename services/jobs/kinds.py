"""Every kind of job, by the name that its rows have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from services.jobs import (
    accounts,
    albums,
    audit,
    backup,
    bin,
    change,
    doctor,
    drill,
    expire,
    guests,
    idempotency_keys,
    key_addresses,
    left_albums,
    leftovers,
    limits,
    mail,
    old_changes,
    orphans,
    previews,
    purge,
    remove,
    repair,
    settle,
    tags,
    tiles,
)
from services.jobs.kind import Kind
from services.site import Site

DEFAULT_SECONDS = 60  # where UPKEEP_SECONDS is 0, and `flask jobs run` is called by hand or by cron


def _upkeep(site: Site) -> timedelta:
    return timedelta(seconds=site.config.upkeep_seconds or DEFAULT_SECONDS)


KINDS: Mapping[str, Kind] = {
    "accounts": Kind(accounts.run),
    "leaving": Kind(accounts.retry, lambda site: limits.HOURLY, accounts.has_given_up),
    "albums": Kind(albums.run),
    "backup": Kind(
        backup.run, backup.until_next_hour, backup.is_due, limits.BACKUP_PAUSE, is_long=True
    ),
    "backup_now": Kind(backup.run_now, pause=limits.BACKUP_PAUSE, is_long=True),
    "bin": Kind(bin.run),
    "change": Kind(change.run),
    "drill": Kind(
        drill.run, lambda site: limits.DRILL_EVERY, drill.has_work, limits.DRILL_PAUSE, is_long=True
    ),
    "remove": Kind(remove.run),
    "doctor": Kind(
        doctor.run,
        lambda site: limits.DOCTOR_EVERY,
        doctor.has_work,
        limits.DOCTOR_PAUSE,
        is_long=True,
    ),
    "repair": Kind(repair.run, is_long=True),
    "expire": Kind(expire.run, _upkeep, expire.has_work),
    "settle": Kind(settle.run, lambda site: limits.SETTLE_EVERY, settle.has_work),
    "key_addresses": Kind(key_addresses.run, lambda site: limits.HOURLY, key_addresses.has_work),
    "left_albums": Kind(left_albums.run),
    "leftovers": Kind(leftovers.run, lambda site: limits.HOURLY, leftovers.has_work),
    "guests": Kind(guests.run, lambda site: limits.HOURLY, guests.has_work),
    "audit": Kind(audit.run, lambda site: limits.AUDIT_EVERY, audit.has_work),
    "idempotency_keys": Kind(
        idempotency_keys.run, lambda site: limits.HOURLY, idempotency_keys.has_work
    ),
    "mail": Kind(mail.run),
    "old_changes": Kind(old_changes.run, lambda site: limits.HOURLY, old_changes.has_work),
    "orphans": Kind(orphans.run, lambda site: limits.ORPHANS_EVERY),
    "previews": Kind(
        previews.run, lambda site: limits.PREVIEWS_EVERY, previews.has_work, limits.PREVIEWS_PAUSE
    ),
    "purge": Kind(purge.run, lambda site: limits.HOURLY, purge.has_work),
    "tags": Kind(tags.move, lambda site: limits.TAGS_EVERY, tags.has_retired),
    "own_tags": Kind(tags.retag_own),
    "tag_names": Kind(tags.index),
    "tiles": Kind(tiles.run, pause=limits.TILES_PAUSE),
}
