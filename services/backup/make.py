"""A copy of all that must be kept, made while the site runs: what the database copy says is there
is there.

The database first, then the files of its rows; who was deleted in between is taken out of the copy
again.
"""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from media.storage import ROOTS, OpenFile, Storage
from media.storage.disk import FILE_MODE
from media.storage.mark import MARKER
from models import DatabaseFault, SiteFact, Snapshot, Upload, db, utcnow
from models.site_fact import LAST_BACKUP
from services.backup.folder import NotABackup
from services.site import Site
from services.start import DATABASE

log = logging.getLogger("keepsake")

CLOCK_STEP = 2.0  # seconds: how coarse a disk's times may be (FAT)
COPY_BYTES = 1 << 20  # at a time
SMALL_FILES = ("secret_key", "config.toml", *(f"{root}/{MARKER}" for root in ROOTS))


@dataclass
class Backup:
    """How many files are in it, and the ids of uploads whose files were lost before."""

    files: int = 0
    missing: set[str] = field(default_factory=set)


def back_up(site: Site, target: Path) -> Backup:
    """Bring ``target`` up to date, or make it: files that are there already are not copied again.

    What was lost here stays in the backup. Raises NotABackup, and StorageMissing when the files'
    disk is not there.
    """
    site.storage.check(site.id)
    ours, theirs = site.config.data.resolve(), target.resolve()
    if theirs.is_relative_to(ours) or ours.is_relative_to(theirs):
        raise NotABackup(f"{target} and the data folder {ours} lie in each other: name another one")
    if target.exists() and any(target.iterdir()) and not (target / DATABASE).exists():
        raise NotABackup(f"{target} is not empty and holds no backup")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = site.config.data
    snapshot = Snapshot.take(source / DATABASE, target / f"{DATABASE}.new")
    backup, paths, deleted = Backup(), set[str](), set[str]()
    for public_id, root, path in snapshot.files():
        if _copied(site.storage, root, path, target):
            paths.add(f"{root}/{path}")
        elif Upload.exists(public_id):
            backup.missing.add(public_id)
            paths.update(f"{any_root}/{path}" for any_root in ROOTS)
        else:
            deleted.add(public_id)
    snapshot.forget(deleted)
    snapshot.close()
    for name in SMALL_FILES:
        if (source / name).exists():
            _copy_small(source / name, target / name)
    os.replace(snapshot.path, target / DATABASE)
    backup.files = sum((target / name).exists() for name in paths)
    _remove_others(target, paths)
    os.sync()
    _write_down(site, backup)
    return backup


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


def _write_down(site: Site, backup: Backup) -> None:
    """For the overview. The backup is whole without it, also where the disk of the site is full."""
    try:
        with site.writing:
            SiteFact.write(LAST_BACKUP, f"{utcnow():%Y-%m-%dT%H:%M:%S%z} {len(backup.missing)}")
            db.session.commit()
    except DatabaseFault as fault:
        db.session.rollback()
        log.warning("The backup is whole; that there is one can't be written down: %s", fault)


def _copied(storage: Storage, root: str, path: str, target: Path) -> bool:
    """Whether the file is in the backup, below ``target``. It may have moved to the other root
    since.
    """
    for any_root in sorted(ROOTS, key=lambda name: name != root):
        try:
            source = storage.open(any_root, path)
        except FileNotFoundError:
            continue
        with source.file:
            if not _is_copy(source, target / root / path):
                _copy(source, target / root / path, FILE_MODE[root])
        return True
    return False


def _is_copy(source: OpenFile, target: Path) -> bool:
    """A file never changes, but its name may belong to another one after it was deleted."""
    if not target.exists():
        return False
    there = target.stat()
    return (
        source.size == there.st_size
        and abs(source.modified_ns / 1e9 - there.st_mtime) <= CLOCK_STEP
    )


def _copy(source: OpenFile, target: Path, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with part.open("wb") as file:
        shutil.copyfileobj(source.file, file, COPY_BYTES)
    part.chmod(mode)
    os.utime(part, ns=(source.modified_ns, source.modified_ns))
    os.replace(part, target)


def _copy_small(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copy2(source, part)
    os.replace(part, target)


def _remove_others(target: Path, paths: set[str]) -> None:
    """What an earlier backup had and is deleted now."""
    for root in ROOTS:
        for folder, _, names in os.walk(target / root / "images"):
            for path in (Path(folder) / name for name in names):
                if path.relative_to(target).as_posix() not in paths:
                    path.unlink()
