"""What this process has done since it started, counted for `/metrics`.

Counting costs next to nothing beside an answer from a public file: numbers in lists, no library.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

# Upper bounds of the classes of durations, in seconds; the last class has none.
BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)


class Lane(NamedTuple):
    """Threads of a lane, those at work, and requests that wait for one."""

    threads: int
    busy: int
    waiting: int


class Serving(NamedTuple):
    """What the server is at in this moment."""

    connections: int
    most_connections: int
    lanes: dict[str, Lane]


class Asked(NamedTuple):
    method: str
    route: str
    status: str  # its class, such as 2xx


@dataclass
class Timed:
    """How often, and how long it took together; ``classes`` as in BOUNDS."""

    times: int = 0
    seconds: float = 0.0
    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, seconds: float) -> None:
        self.times += 1
        self.seconds += seconds
        self.classes[bisect_left(BOUNDS, seconds)] += 1


@dataclass
class Measures:
    """``serving`` is None where no server runs, as under a command."""

    serving: Callable[[], Serving] | None = None
    requests: dict[tuple[str, str, int], Timed] = field(default_factory=dict)
    received_bytes: int = 0
    sent_bytes: int = 0
    uploads: dict[tuple[str, str], int] = field(default_factory=dict)
    jobs: dict[tuple[str, str], Timed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def answered(
        self, method: str, route: str, status: int, seconds: float, received: int, sent: int
    ) -> None:
        """A request; ``status`` is the class of its status, from 1 to 5."""
        key = method, route, status
        with self._lock:
            timed = self.requests.get(key) or self.requests.setdefault(key, Timed())
            timed.times += 1
            timed.seconds += seconds
            timed.classes[bisect_left(BOUNDS, seconds)] += 1
            self.received_bytes += received
            self.sent_bytes += sent

    def uploaded(self, outcome: str, format: str) -> None:
        """``outcome`` is ``stored`` or why not; ``format`` is "" where it isn't known."""
        with self._lock:
            self.uploads[outcome, format] = self.uploads.get((outcome, format), 0) + 1

    def ran(self, kind: str, outcome: str, seconds: float) -> None:
        """A turn of a job."""
        with self._lock:
            self.jobs.setdefault((kind, outcome), Timed()).add(seconds)
