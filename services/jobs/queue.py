"""Claims and outcomes of jobs, each written in a short transaction of its own."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime

from models import Claim, Job, Payload, begin_write, db
from services.jobs.kind import Kind, Unfixable
from services.jobs.limits import Limits
from services.site import Site

MAX_REASON = 300  # characters, one line of `flask jobs list`
KILLED = "Its process ended each time while it ran."


@contextlib.contextmanager
def _writing(site: Site) -> Iterator[None]:
    with site.writing:
        begin_write()
        yield
        db.session.commit()


def plan(site: Site, kinds: Mapping[str, Kind], at: datetime) -> None:
    """Have a job of each recurring kind, due within its interval."""
    known = Job.keyed()
    latest = {name: at + kind.every(site) for name, kind in kinds.items() if kind.every}
    new = [name for name in latest if name not in known]
    late = [
        name
        for name in latest
        if name in known and (known[name].run_at or latest[name]) > latest[name]
    ]
    if new or late:
        with _writing(site):
            for name in new:
                Job.add(name, run_at=at, key=name)
            for name in late:
                Job.bring_forward(latest[name], key=name)


def claim(site: Site, job_id: int, kind: Kind, at: datetime, limits: Limits) -> Claim | None:
    """Claim the job, if it is free. One that killed its process each time is given up."""
    with _writing(site):
        mine = Job.claim(job_id, secrets.token_hex(8), at, at + limits.lease)
        if mine and mine.tries > limits.tries:
            _fail(site, mine, kind, KILLED, at, limits, is_last=True)
            return None
    return mine


def extend(site: Site, mine: Claim, until: datetime) -> bool:
    """A heartbeat. False if another worker has the job now."""
    with _writing(site):
        return Job.extend(mine, until)


def note(site: Site, mine: Claim, payload: Payload) -> bool:
    """What the next run gets, however this one ends. False if another worker has the job now."""
    with _writing(site):
        return Job.note(mine, payload)


def go_on(site: Site, mine: Claim, rest: Payload, at: datetime) -> None:
    """Part of the work is done; the rest waits behind other jobs."""
    with _writing(site):
        Job.release(mine, payload=rest, run_at=at, tries=0, reason=None)


def finish(site: Site, mine: Claim, kind: Kind, at: datetime) -> None:
    with _writing(site):
        if kind.every:
            Job.release(mine, payload={}, run_at=at + kind.every(site), tries=0, reason=None)
        else:
            Job.end(mine)


def fail(
    site: Site, mine: Claim, kind: Kind, error: Exception, at: datetime, limits: Limits
) -> None:
    """Keep the reason; try again later, or give up."""
    says = f"{type(error).__name__} {error}" if isinstance(error, KeyError) else str(error)
    reason = " ".join((says or type(error).__name__).split())[:MAX_REASON]
    with _writing(site):
        is_last = mine.tries >= limits.tries or isinstance(error, Unfixable)
        _fail(site, mine, kind, reason, at, limits, is_last=is_last)


def _fail(
    site: Site, mine: Claim, kind: Kind, reason: str, at: datetime, limits: Limits, *, is_last: bool
) -> None:
    """A recurring job is never given up, because nobody might notice: it starts again at its usual
    time, or after the wait if that is shorter.
    """
    wait = limits.wait(mine.tries)
    if kind.every:
        usual = kind.every(site)
        if is_last:
            Job.release(mine, payload={}, run_at=at + usual, tries=0, reason=reason)
        else:
            Job.release(mine, run_at=at + min(wait, usual), reason=reason)
    else:
        Job.release(mine, run_at=None if is_last else at + wait, reason=reason)
