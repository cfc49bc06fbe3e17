"""Queues with threads of their own, so that uploads, which may take seconds, delay only uploads,
and checks only checks.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from waitress.task import ThreadedTaskDispatcher

from server.refusal import Refusal
from services.errors import Busy
from services.measures import Lane as Measured

if TYPE_CHECKING:
    from server.channel import Channel


# A check of the site from outside takes seconds, and asks several of its test addresses meanwhile.
CHECK_THREADS = 4


class Turns:
    """Replaces the queue of waitress' dispatcher, which holds its lock meanwhile. Networks take
    turns, so that one with many connections delays only itself; within a network, first come, first
    served. Behind a proxy, all are of one.
    """

    def __init__(self) -> None:
        # in the order of their turns; none is empty
        self._waiting: dict[str, deque[Channel]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, network: str) -> bool:
        return network in self._waiting

    def append(self, channel: Channel) -> None:
        self._waiting.setdefault(channel.network, deque()).append(channel)
        self._count += 1

    def popleft(self) -> Channel:
        network = next(iter(self._waiting))
        of_network = self._waiting.pop(network)
        channel = of_network.popleft()
        self._count -= 1
        if of_network:
            self._waiting[network] = of_network  # behind the others
        return channel


class Lane(ThreadedTaskDispatcher):
    def __init__(self, threads: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.queue = Turns()  # type: ignore[assignment]
        self.set_thread_count(threads)


class Lanes:
    """Replaces waitress' dispatcher. A waiting request takes no thread, only its connection."""

    def __init__(self, threads: int, upload_threads: int, uploads_waiting: int) -> None:
        self._pages, self._uploads, self._checks = (
            Lane(threads),
            Lane(upload_threads),
            Lane(CHECK_THREADS),
        )
        self._uploads_waiting = uploads_waiting

    @property
    def is_full(self) -> bool:
        """Whether a new upload would wait longer than its client does."""
        return len(self._uploads.queue) >= self._uploads_waiting

    def now(self) -> dict[str, Measured]:
        lanes = {"pages": self._pages, "uploads": self._uploads, "checks": self._checks}
        return {
            name: Measured(len(lane.threads), lane.active_count, len(lane.queue))
            for name, lane in lanes.items()
        }

    def has_upload_of(self, network: str) -> bool:
        """Whether an upload of ``network`` is waiting."""
        return network in self._uploads.queue

    def add_task(self, channel: Channel) -> None:
        if channel.answer_at_once():
            return
        if channel.is_check:
            self._checks.add_task(channel)
        elif not channel.is_upload:
            self._pages.add_task(channel)
        elif self.is_full:
            channel.requests[0].refuse(Refusal.of(Busy()))
            self._pages.add_task(channel)
        else:
            self._uploads.add_task(channel)

    def shutdown(self) -> None:
        self._pages.shutdown()
        self._uploads.shutdown()
        self._checks.shutdown()
