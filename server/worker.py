"""Runs jobs in the background: a thread of the server, or a command.

Several processes may do so on one database.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from flask import Flask

import logs
from media.errors import UploadError
from media.storage.running import Occupied
from models import Claim, DatabaseFault, Job, utcnow
from services.jobs import own, queue
from services.jobs.kind import Kind, Turn, Unfixable
from services.jobs.kinds import KINDS
from services.jobs.limits import LIMITS, Limits
from services.site import Site

log = logging.getLogger("keepsake")

FAULTS = (UploadError, DatabaseFault, OSError, Occupied, Unfixable)  # logged without a traceback
_LOOKED_AT = 20  # jobs that are due, in one query


class Worker:
    """``now`` is the clock of claims and of when jobs are due. ``pauses``: whether kinds pause
    between their turns as they ask for.
    """

    def __init__(
        self,
        app: Flask,
        site: Site,
        kinds: Mapping[str, Kind] = KINDS,
        limits: Limits = LIMITS,
        now: Callable[[], datetime] = utcnow,
        *,
        pauses: bool = True,
    ) -> None:
        self.app, self.site, self.kinds, self.limits, self.now = (
            app,
            site,
            kinds,
            limits or LIMITS,
            now,
        )
        self.pauses = pauses
        self._idle_until: dict[str, float] = {}  # kinds that had no work at the last check
        self._round_at = 0.0
        self._stopping = threading.Event()
        lanes = {is_long: self._kinds_of(is_long=is_long) for is_long in (False, True)}
        self._threads = [
            threading.Thread(target=self._run, args=(kinds, not is_long), name=name, daemon=True)
            for (is_long, kinds), name in zip(lanes.items(), ("worker", "long-worker"), strict=True)
            if kinds or not is_long
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def _kinds_of(self, *, is_long: bool) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind.is_long == is_long]

    def stop(self) -> None:
        """Wait a little for the running jobs. One that isn't done by then is run again after its
        lease.
        """
        self._stopping.set()
        until = time.monotonic() + self.limits.stop
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def plan(self) -> None:
        """Add recurring jobs to the table."""
        with self.app.app_context():
            queue.plan(self.site, self.kinds, self.now())

    def run_due(self, only: Collection[str] | None = None) -> dict[str, Exception | None]:
        """Run what is due, of these kinds where any are given, until nothing is.

        Returns how the last job of each kind ended.
        """
        ended: dict[str, Exception | None] = {}
        kinds = self.kinds if only is None else only
        while not self._stopping.is_set() and (mine := self._next(kinds)):
            ended[mine.kind] = self._perform(mine)
        return ended

    def _run(self, kinds: Collection[str], has_rounds: bool) -> None:
        """Run until stopped. A failure of one step doesn't stop the others."""
        while not self._stopping.is_set():
            done = [
                not has_rounds or self._try(self._round),
                self._try(partial(self.run_due, kinds)),
            ]
            self._stopping.wait(self.limits.poll if all(done) else self.limits.fault)

    def _try(self, step: Callable[[], object]) -> bool:
        try:
            step()
        except FAULTS as error:
            log.error("work in the background: %s", error)  # noqa: TRY400
        except Exception:  # whatever it was, the next try may succeed
            log.exception("work in the background")
        else:
            return True
        return False

    def _round(self) -> None:
        """Work of every UPKEEP_SECONDS, whether there are jobs or not."""
        if time.monotonic() >= self._round_at:
            self._round_at = time.monotonic() + self.site.config.upkeep_seconds
            self.plan()
            with self.app.app_context():
                own.write_down(self.site)

    def _next(self, kinds: Collection[str]) -> Claim | None:
        """Claim the job that has waited longest and has work."""
        awake = [name for name in kinds if self._idle_until.get(name, 0.0) <= time.monotonic()]
        with self.app.app_context():
            for job in Job.due(awake, self.now(), _LOOKED_AT):
                if self._has_work(job) and (
                    mine := queue.claim(
                        self.site, job.id, self.kinds[job.kind], self.now(), self.limits
                    )
                ):
                    return mine
        return None

    def _has_work(self, job: Job) -> bool:
        """A job that failed or was killed is always run, so that its reason is cleared."""
        kind = self.kinds[job.kind]
        if not kind.every or job.reason or job.tries or kind.has_work(self.site):
            return True
        self._idle_until[job.kind] = time.monotonic() + kind.every(self.site).total_seconds()
        return False

    def _perform(self, mine: Claim) -> Exception | None:
        """Run it for a turn and record the outcome. Returns the error, if it failed."""
        with logs.of_job(f"{mine.kind} {mine.id}"):
            return self._perform_logged(mine)

    def _perform_logged(self, mine: Claim) -> Exception | None:
        kind, rest, begun = self.kinds[mine.kind], None, time.monotonic()
        error: Exception | None = None
        with self._heartbeats(mine) as is_lost:
            until = time.monotonic() + self.limits.turn
            turn = Turn(
                mine.payload,
                lambda: time.monotonic() > until or self._stopping.is_set() or is_lost(),
                lambda payload: queue.note(self.site, mine, payload),
            )
            try:
                with self.app.app_context():
                    rest = kind.run(self.site, turn)
            except FAULTS as fault:
                log.error("job %s: %s", mine.kind, fault)  # noqa: TRY400
                error = fault
            except Exception as mistake:  # a bug of ours; other jobs go on
                log.exception("job %s failed", mine.kind)
                error = mistake
        seconds = time.monotonic() - begun
        self.site.measures.ran(mine.kind, "failed" if error else "done", seconds)
        with self.app.app_context():
            if error:
                queue.fail(self.site, mine, kind, error, self.now(), self.limits)
            elif rest is not None:
                pause = kind.pause if self.pauses else timedelta(0)
                queue.go_on(self.site, mine, rest, self.now() + pause)
            else:
                queue.finish(self.site, mine, kind, self.now())
        return error

    @contextlib.contextmanager
    def _heartbeats(self, mine: Claim) -> Iterator[Callable[[], bool]]:
        """Extend the lease for as long as this lasts. Yields whether it was lost."""
        done, lost = threading.Event(), threading.Event()

        def beat() -> None:
            while not done.wait(self.limits.heartbeat):
                try:
                    with self.app.app_context():
                        if not queue.extend(self.site, mine, self.now() + self.limits.lease):
                            lost.set()
                            return
                except Exception as error:  # whatever it was, the next beat may succeed
                    log.warning("job %s: a heartbeat failed: %s", mine.kind, error)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield lost.is_set
        finally:
            done.set()
            thread.join()
