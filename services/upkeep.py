"""All recurring jobs at once, and what a start repairs."""

from __future__ import annotations

from dataclasses import dataclass, field

from media.storage import old_bin
from models import Upload, db
from services.jobs import limits, orphans
from services.jobs.expire import remove_expired
from services.jobs.orphans import TooManyOrphans
from services.place import settle_the_dead
from services.site import Site


@dataclass
class Report:
    """How many of each were removed. ``missing`` are the ids of uploads that lack a file."""

    expired: int = 0
    settled: int = 0
    leftovers: int = 0
    orphans: int = 0
    missing: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = (
            f"{self.expired} expired uploads removed, "
            f"{self.settled} files settled that were on their way, "
            f"{self.leftovers} temp files and {self.orphans} files without a row deleted"
        )
        return text + (
            f"; {len(self.missing)} uploads lack files: {' '.join(self.missing)}"
            if self.missing
            else ""
        )


def upkeep(site: Site, *, any_number: bool = False) -> Report:
    """Do all of it once, whatever jobs run meanwhile. ``any_number`` lifts MAX_ORPHANS.

    Raises TooManyOrphans, and StorageMissing when the files' disk is not there: nothing is touched.
    """
    site.storage.check(site.id)
    site.storage.temp.prepare()
    with site.running.exclusive():
        report = Report(settled=settle_the_dead(site))
    site.views.flush()
    site.uses.flush(site.settings)
    report.expired = sum(remove_expired(site))
    site.last_uses.flush()
    Upload.forget_guests(limits.GUESTS_FORGOTTEN_AFTER)
    db.session.commit()
    report.leftovers = site.storage.temp.remove_leftovers(limits.GRACE_SECONDS)
    report.orphans, report.missing = _compare(site, any_number)
    return report


def settle_at_start(site: Site) -> None:
    """Before anything is served, and while exclusive: put right what ended midway, here or in the
    bin of an earlier version.

    Raises StorageMissing when the files' disk is not there; then nothing is touched.
    """
    site.storage.check(site.id)
    settle_the_dead(site)
    if not site.running.others():
        site.storage.temp.remove_leftovers(0)
    if entries := old_bin.entries(site.config.data):
        old_bin.empty(
            site.config.data, [entry for entry in entries if Upload.exists(entry.partition("/")[0])]
        )


def _compare(site: Site, any_number: bool) -> tuple[int, list[str]]:
    """The number of deleted files without a row, and the ids of uploads that lack files."""
    without_row, missing = [], []
    for folder in orphans.walk(site):
        without_row += folder.orphans
        missing += folder.missing
    orphans.tell_missing(site, missing, len(missing))
    if len(without_row) > limits.MAX_ORPHANS and not any_number:
        raise TooManyOrphans(len(without_row))
    orphans.remove(site, without_row)
    return len(without_row), missing
