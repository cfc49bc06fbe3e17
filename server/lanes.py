"""Requests take turns on threads in two lanes, so that uploads, which may take seconds each, hold up nobody but uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitress.task import ThreadedTaskDispatcher

from server.refusal import Refusal
from services.errors import Busy

if TYPE_CHECKING:
    from server.channel import Channel


class Lanes:
    """Stands in for waitress' dispatcher. A request that waits in a lane takes no thread, only its connection."""

    def __init__(self, threads: int, upload_threads: int, uploads_waiting: int) -> None:
        self._pages, self._uploads = ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self._pages.set_thread_count(threads)
        self._uploads.set_thread_count(upload_threads)
        self._uploads_waiting = uploads_waiting

    @property
    def is_full(self) -> bool:
        """Whether an upload that comes now would wait for longer than its sender does."""
        return len(self._uploads.queue) >= self._uploads_waiting

    def has_upload_of(self, network: str) -> bool:
        """Whether an upload from there waits."""
        return any(channel.network == network for channel in list(self._uploads.queue))

    def add_task(self, channel: Channel) -> None:
        if channel.answer_at_once():
            return
        if not channel.is_upload:
            self._pages.add_task(channel)
        elif self.is_full:
            channel.requests[0].refuse(Refusal.of(Busy()))
            self._pages.add_task(channel)
        else:
            self._uploads.add_task(channel)

    def shutdown(self) -> None:
        self._pages.shutdown()
        self._uploads.shutdown()
