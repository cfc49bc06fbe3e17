"""What is looked at before a copy is begun: the disk, the database, the copy before."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from media import sums
from media.storage.health import space
from models import DatabaseFault, database_copy
from models.snapshot import Snapshot
from services.backup.folder import BackupFolder, Copy, NotABackup
from services.data_folder import DATABASE
from services.site import Site

log = logging.getLogger("keepsake")


class BackupFull(OSError):
    """The disk of the backup has too little space."""


class DamagedDatabase(NotABackup):
    """A copy of it would take the place of a good one, sooner or later."""


def database_in(site: Site, part: Path) -> Snapshot:
    """Copied into ``part``, and looked at. Raises BackupFull, DamagedDatabase, DatabaseFault."""
    try:
        snapshot = Snapshot.take(site.config.data / DATABASE, part / DATABASE)
    except DatabaseFault as fault:
        if fault.is_full:
            raise BackupFull(f"The disk of {part.parent} is full. Make room there.") from fault
        raise
    snapshot.close()
    check_whole(part)
    return Snapshot(part / DATABASE)


def check_whole(part: Path) -> None:
    """Raises DamagedDatabase."""
    try:
        found = database_copy.faults(part / DATABASE)
    except DatabaseFault as fault:
        found = [str(fault)]
    if found:
        raise DamagedDatabase(
            f"The database is damaged ({found[0]}). No copy is made of it, and the copies in "
            f"{part.parent} stay as they are. Restore one that is older."
        )


def sums_of(copy: Copy) -> Iterator[tuple[str, str]]:
    """By path. None from where its list can't be read: those files are read once more."""
    try:
        yield from copy.sums()
    except (sums.NotAList, UnicodeDecodeError) as error:
        log.warning("%s of %s can't be read: %s", sums.LIST, copy.path, error)


def _last_upload(copy: Copy) -> int:
    snapshot = Snapshot(copy.database)
    try:
        return snapshot.last()
    except DatabaseFault as fault:
        log.warning("The database of %s can't be read: %s", copy.path, fault)
        return 0
    finally:
        snapshot.close()


def check_space(site: Site, folder: BackupFolder, snapshot: Snapshot, before: Copy | None) -> None:
    """Raises BackupFull. What an upload got that the copy before has, too, isn't counted; where
    that goes wrong, the disk says so when it is full.
    """
    last = 0
    if before:
        last = _last_upload(before)
    needed = snapshot.bytes_after(last) + site.config.min_free_mb * 1_000_000
    free = space(folder.path).bytes
    if free < needed:
        raise BackupFull(
            f"The disk of {folder.path} has {free // 1_000_000:,} MB free, and the copy needs "
            f"{needed // 1_000_000:,} MB. Make room, or name another folder."
        )
