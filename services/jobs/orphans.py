"""Compare all files with all rows.

Files without a row are deleted, those in the wrong root brought home, rows without files told of.
A walk goes folder by folder, and each turn goes on where the last one ended. Files are deleted once
all of them are counted, as many of them mean that the database is not the right one.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from config import FLASK
from models import Job, Journal, Payload, Upload, begin_write, db
from services.jobs import limits
from services.jobs.kind import Turn, Unfixable
from services.place import settle_or_give_up
from services.site import Site

log = logging.getLogger("keepsake")


class TooManyOrphans(Unfixable):
    """More files without a row than any crash leaves; nothing was removed."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} files have no row in the database. If it was restored from an older backup, "
            "they are the newer uploads. Nothing was deleted; "
            f"`{FLASK} upkeep --any-number` deletes them."
        )


@dataclass(frozen=True)
class FolderReport:
    """In one folder: files without a row, and ids of uploads that lack a file."""

    folder: str
    orphans: list[str]
    missing: list[str]


@dataclass(frozen=True)
class SoFar:
    """The payload. ``after`` is the last folder compared; lists are cut at what may be used."""

    after: str = ""
    orphans: Sequence[str] = ()
    orphan_count: int = 0
    missing: Sequence[str] = ()
    missing_count: int = 0

    def plus(self, report: FolderReport) -> SoFar:
        return SoFar(
            report.folder,
            [*self.orphans, *report.orphans][: limits.MAX_ORPHANS],
            self.orphan_count + len(report.orphans),
            [*self.missing, *report.missing][: limits.SHOWN],
            self.missing_count + len(report.missing),
        )


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises TooManyOrphans."""
    site.storage.check(site.id)
    so_far = SoFar(**turn.payload)
    for report in walk(site, so_far.after):
        so_far = so_far.plus(report)
        if turn.is_over():
            return asdict(so_far)
    tell_missing(site, so_far.missing, so_far.missing_count)
    if so_far.orphan_count > limits.MAX_ORPHANS:
        raise TooManyOrphans(so_far.orphan_count)
    remove(site, so_far.orphans)
    return None


def walk(site: Site, after: str = "") -> Iterator[FolderReport]:
    """Every folder that has files or should have some, in order, from behind ``after``."""
    of_rows = [
        folder for folder in sorted(Upload.folders(), key=_parts) if _parts(folder) > _parts(after)
    ]
    folders = heapq.merge(site.storage.folders(after), of_rows, key=_parts)
    for folder, _ in itertools.groupby(folders):
        rows = Upload.files_in(
            folder
        )  # before the files: what is published meanwhile is too young to be an orphan
        files = list(site.storage.list(folder))
        orphans = [path for root, path in files if path not in rows and _is_old(site, root, path)]
        _claim_and_settle(site, [path for root, path in files if rows.get(path, root) != root])
        yield FolderReport(
            folder, orphans, _really_missing(site, rows.keys() - {path for _, path in files})
        )


def remove(site: Site, orphans: Sequence[str]) -> None:
    """Delete them, except those that an upload has taken meanwhile."""
    _claim_and_settle(site, orphans)
    if orphans:
        site.storage.tidy(limits.GRACE_SECONDS)


def tell_missing(site: Site, some: Sequence[str], count: int) -> None:
    """In the log, and to the doctor, who may have them repaired from a backup: the first of them,
    as its round finds the others.
    """
    if count:
        with site.writing:
            Job.drop_given_up("missing")
            Job.add("repair", {"uploads": list(some[: limits.SHOWN])}, key="missing")
            db.session.commit()
        log.warning(
            "%s uploads lack files: %s. Bring them back from a backup, or delete these uploads.",
            count,
            " ".join(some[: limits.SHOWN]),
        )


def _parts(folder: str) -> list[str]:
    """As `Storage.folders` sorts: 2026/01/01 comes before 2026/01-old."""
    return folder.split("/")


def _is_old(site: Site, root: str, path: str) -> bool:
    return site.storage.last_touched(root, path) < time.time() - limits.GRACE_SECONDS


def _really_missing(site: Site, paths: Iterable[str]) -> list[str]:
    """Ids of the uploads of those paths, where they were not deleted or moved since."""
    gone = [path for path in paths if not site.storage.holds_any([path])]
    return Upload.ids_of(gone) if gone else []


def _claim_and_settle(site: Site, paths: Sequence[str]) -> None:
    """Settle paths that nobody works on just now; the rest is somebody's work in progress."""
    for path in paths:
        with site.writing:
            begin_write()
            ours = Journal.add([path], site.running.id)
            db.session.commit()
        if ours:
            settle_or_give_up(site, [path])
