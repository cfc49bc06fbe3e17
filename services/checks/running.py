"""Checks that are running: which of their test addresses were asked, and how often they may be."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

LASTS = 600  # seconds that the test addresses of a check answer
MOST_ASKED = 80  # times, of one check: nobody floods the server with them
MOST_AT_ONCE = 2
MOST_WAIT = 75  # seconds that a test address waits before it answers
MOST_WAITS = 6  # of one check: an admin may try again; one at a time, as each holds a thread


@dataclass
class Run:
    ends_at: float
    asked: int = 0
    waits: int = 0
    head_at: float = 0.0  # when a body was announced
    passed_on: int = 0  # pieces of the long answer


@dataclass
class Checks:
    """Of this process."""

    _runs: dict[str, Run] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    _working: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_AT_ONCE))

    def begin(self) -> bool:
        """Whether there is room for one more; `end` it."""
        return self._working.acquire(blocking=False)

    def end(self) -> None:
        self._working.release()

    def ask(self, run: str) -> bool:
        """A test address of this check is asked; whether it may be."""
        with self._lock:
            found = self._of(run)
            found.asked += 1
            return found.asked <= MOST_ASKED

    def wait(self, run: str, seconds: float) -> bool:
        """Wait so long, at most MOST_WAIT. Whether this one might: a stranger who has read the
        token of a check can't take up the threads that answer.
        """
        with self._lock:
            found = self._of(run)
            found.waits += 1
            may_wait = found.waits <= MOST_WAITS
        if not may_wait or not self._waiting.acquire(blocking=False):
            return False
        try:
            time.sleep(min(seconds, MOST_WAIT))
        finally:
            self._waiting.release()
        return True

    def note_head(self, run: str) -> None:
        """A body was announced; nothing of it need be here."""
        with self._lock:
            self._of(run).head_at = time.monotonic()

    def since_head(self, run: str) -> float:
        """Seconds since then; 0 if the body was too small to be asked about."""
        with self._lock:
            head_at = self._of(run).head_at
            return time.monotonic() - head_at if head_at else 0.0

    def note_passed_on(self, run: str, pieces: int) -> None:
        with self._lock:
            self._of(run).passed_on = pieces

    def passed_on(self, run: str) -> int:
        with self._lock:
            return self._of(run).passed_on

    def _of(self, run: str) -> Run:
        now = time.monotonic()
        for name in [name for name, one in self._runs.items() if one.ends_at < now]:
            del self._runs[name]
        return self._runs.setdefault(run, Run(now + LASTS))
