"""What must be cleared away: expired uploads, what a crash left half-done, files without a row. What can only be told: rows without files."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from models import Journal, Upload, begin_write, db
from services.errors import Busy
from services.place import settle, settle_the_dead
from services.remove import remove
from services.site import Site

log = logging.getLogger("keepsake")

# Nothing that an upload in progress touches is older than this.
GRACE_SECONDS = 3600.0
# A crash leaves no files without a row. Many mean that the database is not the right one.
MAX_ORPHANS = 200
GUESTS_FORGOTTEN_AFTER = timedelta(days=1)  # the longest period that flood limits and duplicates look back
SHOWN = 10  # of the uploads without files, in the log
_BATCH = 100  # rows in memory at a time


class TooManyOrphans(Exception):
    """More files without a row than any crash leaves; nothing was removed."""


@dataclass
class Report:
    """How many of each were cleared away. ``missing`` are the ids of uploads that lack a file."""

    expired: int = 0
    settled: int = 0
    leftovers: int = 0
    orphans: int = 0
    missing: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = (f"{self.expired} expired uploads removed, {self.settled} files settled that were on their way, "
                f"{self.leftovers} temp files and {self.orphans} files without a row deleted")
        return text + (f"; {len(self.missing)} uploads lack files: {' '.join(self.missing)}" if self.missing else "")


def upkeep(site: Site, *, orphans: bool = True, any_number: bool = False) -> Report:
    """Do all of it once. ``orphans`` walks through every file; ``any_number`` lifts MAX_ORPHANS.

    Raises StorageMissing when the files' disk is not there (then nothing is touched), and TooManyOrphans.
    """
    site.storage.check(site.id)
    site.storage.prepare_tmp()
    with site.running.exclusive():
        report = Report(settled=settle_the_dead(site))
    report.expired = remove_expired(site)
    site.views.flush()
    Upload.forget_guests(GUESTS_FORGOTTEN_AFTER)
    db.session.commit()
    report.leftovers = remove_leftovers(site, GRACE_SECONDS)
    if orphans:
        report.orphans, report.missing = _compare(site, any_number)
    return report


def settle_at_start(site: Site) -> None:
    """Before anything is served, and while exclusive: put right what ended midway, here or in an earlier version's bin.

    Raises StorageMissing when the files' disk is not there; then nothing is touched.
    """
    site.storage.check(site.id)
    settle_the_dead(site)
    if not site.running.others():
        remove_leftovers(site, 0)
    if entries := site.storage.old_bin():
        site.storage.empty_old_bin([entry for entry in entries if Upload.exists(entry.partition("/")[0])])


def remove_expired(site: Site) -> int:
    """How many. One that is just being changed waits for the next round."""
    count = last = 0
    while batch := Upload.expired(_BATCH, after=last):
        last = batch[-1].id
        for upload in batch:
            with contextlib.suppress(Busy):
                count += remove(site, upload)
        db.session.expire_all()
    return count


def remove_leftovers(site: Site, older_than: float) -> int:
    paths = site.storage.leftovers(older_than)
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _compare(site: Site, any_number: bool) -> tuple[int, list[str]]:
    """Walk through all folders: how many files without a row were deleted, and the uploads whose files are not all there."""
    orphans, astray, missing = [], [], []
    for folder in sorted({*site.storage.folders(), *Upload.folders()}):
        rows = Upload.files_in(folder)  # before the files: what is published meanwhile is no orphan, as it is young
        files = list(site.storage.files_in(folder))
        for root, path in files:
            if path not in rows and site.storage.last_touched(root, path) < time.time() - GRACE_SECONDS:
                orphans.append(path)
            elif path in rows and rows[path] != root:
                astray.append(path)
        missing += _really_missing(site, rows.keys() - {path for _, path in files})
    _claim_and_settle(site, astray)
    if len(orphans) > MAX_ORPHANS and not any_number:
        raise TooManyOrphans(f"{len(orphans)} files have no row in the database. If it was restored from an older backup, "
                             "they are the newer uploads. Nothing was deleted; `flask upkeep --any-number` deletes them.")
    _claim_and_settle(site, orphans)
    if orphans:
        site.storage.remove_empty_folders(GRACE_SECONDS)
    if missing:
        log.warning("%s uploads lack files: %s. Bring them back from a backup, or delete these uploads.", len(missing), " ".join(missing[:SHOWN]))
    return len(orphans), missing


def _really_missing(site: Site, paths: Iterable[str]) -> list[str]:
    """Ids of the uploads of those paths, where they were not deleted or moved since."""
    gone = [path for path in paths if not site.storage.holds_any([path])]
    return Upload.ids_of(gone) if gone else []


def _claim_and_settle(site: Site, paths: list[str]) -> None:
    """Settle paths that nobody works on just now; the rest is somebody's work in progress."""
    for path in paths:
        with site.writing:
            begin_write()
            ours = Journal.add([path], site.running.id)
            db.session.commit()
        if ours:
            settle(site, [path])
