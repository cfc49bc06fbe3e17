"""Make the daily backup, and those that somebody asks for on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from media.storage.running import Occupied
from models import Payload, utcnow
from services.backup import BackupFolder, BackupRuns, NotABackup, back_up_some, thin
from services.backup.folder import as_named
from services.backup.schedule import last_due, newest_at
from services.backup.schedule import until_next_hour as _until_next_hour
from services.jobs.kind import Turn, Unfixable
from services.site import Site


def until_next_hour(site: Site) -> timedelta:
    """How long from one look at the clock to the next one."""
    return _until_next_hour(utcnow(), site.settings.zone)


def is_due(site: Site) -> bool:
    """Whether the last backup should have been made and wasn't; the disk isn't asked."""
    if site.config.backups is None:
        return False
    newest, settings = newest_at(site), site.settings
    return newest is None or newest < last_due(utcnow(), settings.zone, settings.backup_hour)


def run(site: Site, turn: Turn) -> Payload | None:
    """The daily one. Raises as `run_now`."""
    return _run(site, turn, lambda: is_due(site))


def run_now(site: Site, turn: Turn) -> Payload | None:
    """One that was asked for at a time of the payload: what was there then is in it. Raises
    Unfixable for a folder that can't be used, Occupied where another one is being made, OSError.
    """
    asked = datetime.fromisoformat(turn.payload["asked"]).replace(microsecond=0)
    before = turn.payload.get("before", _text(newest_at(site)))  # as the first turn finds it

    def is_missing() -> bool:
        newest = newest_at(site)
        return newest is None or _text(newest) == before or newest < asked

    rest = _run(site, turn, is_missing)
    return None if rest is None else {**turn.payload, **rest, "before": before}


def _run(site: Site, turn: Turn, is_missing: Callable[[], bool]) -> Payload | None:
    folder = site.config.backups
    if folder is None:
        return None
    try:
        # what was thinned goes first: it may take longer than a turn, and is room for the copy
        if not _cleared(folder, turn):
            return {"more": True}
        if is_missing() and back_up_some(site, folder, turn.is_over) is None:
            return {"more": True}
        _cleared(folder, turn)
    except NotABackup as error:
        raise Unfixable(str(error)) from error
    except BackupRuns as error:
        raise Occupied(str(error)) from error
    return None


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _cleared(folder: Path, turn: Turn) -> bool:
    return thin.clear(BackupFolder(as_named(folder)), turn.is_over)
