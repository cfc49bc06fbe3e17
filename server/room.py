"""Free space for what is being received."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from server.parser import Parser

COPIES = 2  # the body as it came, and the file in it
# bytes reserved at a time: a slow sender takes no more than that from the others
STEP = 4 * 1024 * 1024
# smaller bodies need no reservation: a form that deletes must work on a full disk
SMALL = 64 * 1024


class Room:
    """Reserves disk space for bodies. ``free`` returns the free bytes, of which ``reserve`` stay
    free for the database; ``unfinished`` returns the requests that are arriving or at work.
    """

    def __init__(
        self, free: Callable[[], int], reserve: int, unfinished: Callable[[], Iterable[Parser]]
    ) -> None:
        self._free, self._reserve, self._unfinished = free, reserve, unfinished
        self._lock = threading.Lock()

    def promise(self, request: Parser) -> bool:
        """Whether the disk has space for this body, as far as its length is known, besides what is
        reserved for others. If so, reserve it up to the next step.
        """
        next_step = request.body_bytes_received + STEP
        size = next_step if request.chunked else request.content_length
        with self._lock:
            others = sum(owed(other) for other in self._unfinished() if other is not request)
            if self._free() - others - self._reserve < COPIES * size - request.body_bytes_received:
                return False
            request.promised = COPIES * min(size, next_step)
            return True

    @staticmethod
    def is_used_up(request: Parser) -> bool:
        """Whether a body has reached its reservation and continues."""
        received = request.body_bytes_received
        return received > SMALL and COPIES * received >= request.promised


def owed(request: Parser) -> int:
    """Bytes that are reserved and not on the disk yet."""
    return max(0, request.promised - request.body_bytes_received)
