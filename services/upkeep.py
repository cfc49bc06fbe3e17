"""What must be cleared away: expired uploads, what a crash left half-done, files without a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from media.storage import NameTaken, Storage
from models import Upload, db
from services.remove import remove
from services.site import Site

# Nothing that an upload or a removal in progress touches is older than this.
GRACE_SECONDS = 3600.0
# A crash leaves the files of the uploads in flight. More without a row means that the database is not the right one.
MAX_ORPHANS = 200
GUESTS_FORGOTTEN_AFTER = timedelta(days=1)  # the longest period that flood limits and duplicates look back
_BATCH = 100  # rows in memory at a time


class TooManyOrphans(Exception):
    """More files without a row than any crash leaves; nothing was removed."""


@dataclass
class Report:
    """How many of each were cleared away."""

    expired: int = 0
    recovered: int = 0
    leftovers: int = 0
    orphans: int = 0

    def __str__(self) -> str:
        return (f"{self.expired} expired uploads removed, {self.recovered} interrupted removals settled, "
                f"{self.leftovers} temp files and {self.orphans} files without a row deleted")


def upkeep(site: Site, *, orphans: bool = True, any_number: bool = False) -> Report:
    """Do all of it once. ``orphans`` walks through every file; ``any_number`` lifts MAX_ORPHANS.

    Raises StorageMissing when the files' disk is not there (then nothing is touched), and TooManyOrphans.
    """
    site.storage.check(site.id)
    report = Report(recovered=recover(site, GRACE_SECONDS))
    report.expired = remove_expired(site)
    site.views.flush()
    Upload.forget_guests(GUESTS_FORGOTTEN_AFTER)
    db.session.commit()
    for path in site.storage.leftovers(GRACE_SECONDS):
        path.unlink(missing_ok=True)
        report.leftovers += 1
    if orphans:
        report.orphans = _remove_orphans(site.storage, any_number)
    return report


def remove_expired(site: Site) -> int:
    count = 0
    while batch := Upload.expired(_BATCH):
        count += sum(remove(site, upload) for upload in batch)
        db.session.expire_all()
    return count


def recover(site: Site, older_than: float) -> int:
    """Settle removals that a crash interrupted: back with the files whose row is still there, away with the others."""
    site.storage.check(site.id)
    names = site.storage.binned(older_than)
    for name in names:
        if Upload.exists(name):
            site.storage.restore(name)
        else:
            site.storage.destroy(name)
    return len(names)


def _remove_orphans(storage: Storage, any_number: bool) -> int:
    orphans = _find_orphans(storage)
    if len(orphans) > MAX_ORPHANS and not any_number:
        raise TooManyOrphans(f"{len(orphans)} files have no row in the database. If it was restored from an older backup, "
                             "they are the newer uploads. Nothing was deleted; `flask upkeep --any-number` deletes them.")
    for root, relative in orphans:
        storage.path(root, relative).unlink(missing_ok=True)
    if orphans:
        storage.remove_empty_folders(GRACE_SECONDS)
    return len(orphans)


def _bring_home(storage: Storage, relative: str, root: str, belongs_in: str) -> None:
    """A file in the wrong root: a crash came between moving it and saying so."""
    try:
        storage.move([relative], root, belongs_in)
    except NameTaken:
        storage.path(root, relative).unlink(missing_ok=True)


def _find_orphans(storage: Storage) -> list[tuple[str, str]]:
    """(root, relative path) of files without a row: one query a folder, however many files there are."""
    orphans = []
    for folder, files in groupby(storage.stored(GRACE_SECONDS), key=lambda file: file[1].rpartition("/")[0]):
        known = Upload.files_in(folder.removeprefix("images/"))
        for root, relative in files:
            belongs_in = known.get(relative)
            if belongs_in is None:
                orphans.append((root, relative))
            elif belongs_in != root:
                _bring_home(storage, relative, root, belongs_in)
    return orphans
