"""All that the doctor looks at, in order, and how far it has come: it can be stopped anywhere, and
goes on there, in this process or another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from models import db, utcnow
from models.filed import Filed, filed_after, totals
from models.seen_sums import Sums
from services.doctor import files, folders, rows
from services.doctor.finding import Damage, Finding
from services.doctor.reading import Halfway, Stopped, Tick
from services.site import Site

STEPS = ("database", "counts", "references", "files", "folders", "done")
MOST_KEPT = 10_000  # findings of a round; some megabytes. Of more, how many
_ROWS_AT_ONCE = 200
FORMAT = 1  # of what `as_json` makes


@dataclass
class SoFar:
    """Of a round: the next ``step``, and in it the row or folder ``after`` which it goes on."""

    begun_at: str = field(default_factory=lambda: f"{utcnow():%Y-%m-%dT%H:%M:%SZ}")
    step: str = STEPS[0]
    row: int = 0
    folder: str = ""
    uploads: int = 0
    files: int = 0
    bytes: int = 0
    all_uploads: int = 0
    all_bytes: int = 0
    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    more_damage: int = 0  # of these, what isn't repaired
    strays: int = 0  # files without a row, of all findings

    @property
    def is_done(self) -> bool:
        return self.step == "done"

    @property
    def is_well(self) -> bool:
        """Or repaired."""
        return not self.more_damage and all(one.is_repaired for one in self.findings)

    def add(self, found: Iterable[Finding]) -> None:
        for finding in found:
            self.strays += finding.damage is Damage.WITHOUT_ROW
            if len(self.findings) < MOST_KEPT:
                self.findings.append(finding)
            else:
                self.more_findings += 1
                self.more_damage += not finding.is_repaired

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def of_json(cls, values: dict[str, Any]) -> Self | None:
        """None for one of another version."""
        if values.pop("format", None) != FORMAT:
            return None
        found = [
            Finding(**{**one, "damage": Damage(one["damage"])}) for one in values.pop("findings")
        ]
        return cls(**values, findings=found)


Mend = Callable[[Filed | None, Sequence[Finding]], list[Finding]]


@dataclass(frozen=True)
class How:
    """``tick`` is told of bytes that were read, ``pause`` is called between two uploads or folders
    and may raise Stopped. ``mend`` repairs what it can, and says so. ``keep`` is told what was seen
    of an upload's derivatives, where that is new. ``halfway`` keeps how far a large file was read
    when it was stopped. ``kinds`` of jobs are those that there are; none:
    nobody asks. ``reads``: not only names and sizes. ``is_quick`` leaves out the comparison of the
    database's indexes.
    """

    tick: Tick = lambda count: None
    pause: Callable[[SoFar], object] = lambda so_far: None
    mend: Mend = lambda upload, found: list(found)
    keep: Callable[[int, Sums], object] = lambda row, sums: None
    halfway: Halfway | None = None
    kinds: frozenset[str] = frozenset()
    reads: bool = True
    is_quick: bool = False


def go_on(site: Site, so_far: SoFar, how: How) -> None:
    """Until it is done. Raises Stopped, StorageMissing, DatabaseFault and OSError; ``so_far`` is
    where to go on.
    """
    site.storage.check(site.id)
    while not so_far.is_done:
        _RUN[so_far.step](site, so_far, how)
        so_far.step = STEPS[STEPS.index(so_far.step) + 1]
        how.pause(so_far)


def _database(site: Site, so_far: SoFar, how: How) -> None:
    so_far.all_uploads, so_far.all_bytes = totals()
    db.session.rollback()
    so_far.add(how.mend(None, list(rows.database(site, quick=how.is_quick))))


def _counts(site: Site, so_far: SoFar, how: How) -> None:
    so_far.add(how.mend(None, list(rows.counts(site))))


def _references(site: Site, so_far: SoFar, how: How) -> None:
    so_far.add(how.mend(None, list(rows.references(site, how.kinds))))


def _files(site: Site, so_far: SoFar, how: How) -> None:
    while uploads := _next(so_far.row):
        for upload in uploads:
            sums: Sums = {}
            found = files.examine(
                site, upload, how.tick, reads=how.reads, sums=sums, halfway=how.halfway
            )
            if sums and sums != upload.seen:
                how.keep(upload.row, sums)
            so_far.add(how.mend(upload, found) if found else ())
            so_far.row = upload.row
            so_far.uploads += 1
            so_far.files += len(upload.parts)
            so_far.bytes += sum(part.size for part in upload.parts)
            how.pause(so_far)


def _next(row: int) -> list[Filed]:
    """No transaction stays open while files are read."""
    uploads = filed_after(row, _ROWS_AT_ONCE)
    db.session.rollback()
    return uploads


def _folders(site: Site, so_far: SoFar, how: How) -> None:
    if not so_far.folder:
        so_far.add(how.mend(None, list(folders.roots(site))))
    for folder, found in folders.walk(site, so_far.folder):
        so_far.add(how.mend(None, found) if found else ())
        so_far.folder = folder
        how.pause(so_far)


_RUN: dict[str, Callable[[Site, SoFar, How], None]] = {
    "database": _database,
    "counts": _counts,
    "references": _references,
    "files": _files,
    "folders": _folders,
}

__all__ = ["Finding", "How", "SoFar", "Stopped", "go_on"]
