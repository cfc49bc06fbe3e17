"""Which copies stay: of the last 7 days that have any, of the last 4 weeks, of the last 12 months
the newest each, and the three newest of all.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from pathlib import Path

from media.storage.durable import fsync
from services.backup.folder import CLOCK_STEP, BackupFolder, Copy

log = logging.getLogger("keepsake")

# A week shows a mistake of the day before yesterday, a month what somebody tidied away, a year what
# is missed at the next holiday. More would keep what people deleted for good for longer.
DAYS, WEEKS, MONTHS = 7, 4, 12
# One by hand before something risky, and one after it, leave that of the night where it is.
NEWEST = 3
WITHOUT_LINKS = 2  # each is a whole one: the newest, and one to fall back on
GONE = ".gone"

_Period = tuple[int, ...]
_PERIODS: tuple[tuple[int, Callable[[datetime], _Period]], ...] = (
    (DAYS, lambda at: (at.year, at.month, at.day)),
    (WEEKS, lambda at: tuple(at.isocalendar())[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)


def staying(copies: Iterable[Copy], zone: tzinfo) -> list[Copy]:
    """Those that stay, of ``copies`` in the order in which they were made, the newest first; days,
    ISO weeks and months are those of ``zone``. One that says to be of a later time than the newest
    was made with a wrong clock: it stays, and takes no other's place.
    """
    made = list(copies)
    kept = set(made[:NEWEST])
    if made:
        kept.update(copy for copy in made if copy.at > made[0].at + CLOCK_STEP)
    ordered = sorted(set(made) - kept | set(made[:NEWEST]), key=lambda one: one.at, reverse=True)
    for count, period in _PERIODS:
        newest: dict[_Period, Copy] = {}
        for copy in ordered:
            newest.setdefault(period(copy.at.astimezone(zone)), copy)
        kept.update(list(newest.values())[:count])
    return [copy for copy in made if copy in kept]


def thin(folder: BackupFolder, zone: tzinfo, links: bool) -> None:
    """Take the others out of the backup, which `clear` then deletes. Only what is a copy of ours is
    touched.
    """
    copies = folder.copies()
    kept = staying(copies, zone) if links else copies[:WITHOUT_LINKS]
    for copy in copies:
        if copy not in kept:
            # under this name it is no copy any more, however far the deleting comes
            copy.path.rename(copy.path.with_name(copy.name + GONE))
    fsync(folder.path)


def clear(folder: BackupFolder, is_over: Callable[[], bool]) -> bool:
    """Delete what was taken out. False where ``is_over`` said so before. What can't be deleted
    stays, and the log says why: the copies are whole all the same.
    """
    try:
        return _cleared(folder, is_over)
    except OSError as error:
        log.warning("Copies that were thinned can't be deleted. %s", error)
        return True


def _cleared(folder: BackupFolder, is_over: Callable[[], bool]) -> bool:
    for gone in folder.leftovers(GONE):
        for at, folders, names in os.walk(gone, topdown=False):
            for name in names:
                Path(at, name).unlink()
            for name in folders:
                Path(at, name).rmdir()
            if is_over():
                return False
        gone.rmdir()
    return True
