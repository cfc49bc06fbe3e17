"""What the site knows of its backups, for pages and the schedule: a disk that is away, or sleeps,
isn't asked.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import DatabaseFault, SiteFact, begin_write, db
from models.site_fact import BACKUPS, LAST_BACKUP
from services.backup.folder import BackupFolder, as_named
from services.site import Site

if TYPE_CHECKING:
    from services.backup.make import Backup

log = logging.getLogger("keepsake")

FOLDERS = 8  # that are remembered, the last ones; a few disks in turn
SHOWN = 20  # faults of the last copy


@dataclass(frozen=True)
class Done:
    """When the last backup was made, and how many uploads lacked files."""

    at: datetime
    missing: int


def last_backup(fact: str) -> Done | None:
    """What the site knows of it; None for nothing."""
    if not fact:
        return None
    at, _, missing = fact.partition(" ")
    return Done(datetime.fromisoformat(at), int(missing or 0))


@dataclass(frozen=True)
class KnownCopy:
    """Bytes and files are None where another program, or an earlier version, made it."""

    name: str
    files: int | None = None
    bytes: int | None = None
    new_bytes: int | None = None


@dataclass(frozen=True)
class KnownFolder:
    """As the last backup left it, the newest copy first. ``faults`` of that, as ``flask backup``
    tells them, and how many they are.
    """

    copies: tuple[KnownCopy, ...] = ()
    links: bool = True
    is_on_same_disk: bool = False
    faults: tuple[str, ...] = ()
    fault_count: int = 0


def copies_in(path: Path) -> tuple[KnownCopy, ...]:
    return known_folder(path).copies


def known_folder(path: Path) -> KnownFolder:
    found = _all().get(str(as_named(path)))
    if not found:
        return KnownFolder()
    copies = tuple(KnownCopy(*one) for one in found["copies"])
    return KnownFolder(
        copies,
        found["links"],
        found.get("is_on_same_disk", False),
        tuple(found["faults"]),
        found["fault_count"],
    )


def write_down(site: Site, folder: BackupFolder, done: Backup) -> None:
    """The backup is whole without it, also where the disk of the site is full."""
    try:
        with site.writing:
            begin_write()
            lost = len(done.missing | done.damaged)
            SiteFact.write(LAST_BACKUP, f"{done.copy.at:%Y-%m-%dT%H:%M:%S%z} {lost}")
            others = {path: facts for path, facts in _all().items() if path != str(folder.path)}
            kept = dict(list(others.items())[1 - FOLDERS :])
            kept[str(folder.path)] = _facts(folder, done)
            SiteFact.write(BACKUPS, json.dumps(kept))
            db.session.commit()
    except DatabaseFault as fault:
        db.session.rollback()
        log.warning("The backup is whole; that there is one can't be written down: %s", fault)


def _facts(folder: BackupFolder, done: Backup) -> dict[str, Any]:
    known = {one.name: one for one in copies_in(folder.path)}
    known[done.copy.name] = KnownCopy(done.copy.name, done.files, done.bytes, done.new_bytes)
    copies = [known.get(copy.name, KnownCopy(copy.name)) for copy in folder.copies()]
    return {
        "copies": [[one.name, one.files, one.bytes, one.new_bytes] for one in copies],
        "links": done.links,
        "is_on_same_disk": done.is_on_same_disk,
        "faults": done.faults[:SHOWN],
        "fault_count": len(done.faults),
    }


def _all() -> dict[str, Any]:
    fact = SiteFact.read(BACKUPS)
    return json.loads(fact) if fact else {}
