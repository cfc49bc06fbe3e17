"""Look at every file and row in the background, in a round of thirty days.

A turn goes on until as much is read as the time since the round's begin asks for: a machine that
was off catches up. What can be repaired is repaired at once: a file that is taken from a backup is
proven by its hash, as all that is shown of it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from models import Payload, utcnow
from services.doctor import Halfway, How, Mender, SoFar, Stopped, go_on, known
from services.jobs import limits
from services.jobs.kind import Turn
from services.jobs.repair import sources
from services.site import Site

_AHEAD = timedelta(days=1)  # a clock that was further ahead was wrong
_halfway = Halfway()  # of a file that takes more than a turn; who starts again reads it again


def has_work(_site: Site) -> bool:
    so_far = known.round_so_far()
    return so_far is None or _is_behind(so_far)


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises StorageMissing, DatabaseFault and OSError; then the round goes on later."""
    site.check_ready()
    so_far = known.round_so_far()
    if so_far and not _is_behind(so_far):
        return None
    if so_far is None or so_far.is_done or _is_ahead(so_far):
        so_far = SoFar()
    notes, pace = known.Notes(site), Pace(site)
    _halfway.is_over = turn.is_over

    def pause(so_far: SoFar) -> None:
        if turn.is_over() or not _is_behind(so_far):
            raise Stopped()

    mender = Mender(site, sources(site))
    try:
        go_on(site, so_far, How(pace.tick, pause, mender, notes.keep, _halfway, is_quick=True))
    except Stopped:
        pass
    finally:
        notes.flush()
        known.write_down(site, so_far)
    return None if so_far.is_done or not _is_behind(so_far) else {"goes_on": True}


def _is_behind(so_far: SoFar) -> bool:
    """Whether the round has done less than its time asks for; of one that is done, whether the next
    one is due.
    """
    if _is_ahead(so_far):
        return True
    passed = (utcnow() - known.begun_at(so_far)) / limits.DOCTOR_ROUND
    if so_far.is_done and not so_far.uploads:  # a new site: there was nothing yet
        return passed >= limits.DOCTOR_AGAIN / limits.DOCTOR_ROUND
    if so_far.is_done or so_far.step == "folders":
        return passed >= 1 or not so_far.is_done
    return so_far.step != "files" or so_far.bytes <= passed * so_far.all_bytes


def _is_ahead(so_far: SoFar) -> bool:
    """Begun in the future, by a clock that was wrong: it would wait until then."""
    return known.begun_at(so_far) > utcnow() + _AHEAD


@dataclass
class Pace:
    """Reads at `limits.DOCTOR_RATE` at the most, and lets uploads go first."""

    site: Site
    sleep: Callable[[float], object] = time.sleep
    begun: float = field(default_factory=time.monotonic)
    read: int = 0

    def tick(self, count: int) -> None:
        self.read += count
        ahead = self.read / limits.DOCTOR_RATE - (time.monotonic() - self.begun)
        if ahead > 0:
            self.sleep(ahead)
        if self.site.budget.waiting:
            self.sleep(limits.DOCTOR_WAITS)
