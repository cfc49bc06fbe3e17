"""Free space for what is being received."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from server.parser import Parser

COPIES = 2  # the body as it came, and the file in it
# room is promised by so much at a time: a sender that dawdles keeps no more than that from the
# others
STEP = 4 * 1024 * 1024
# a body so small needs no promise: a form is sent, to delete say, however full the disk is
SMALL = 64 * 1024


class Room:
    """Promises room on the disk that bodies wait on. ``free`` tells its free bytes, of which
    ``reserve`` stay free for the database; ``unfinished`` gives the requests that are on their way
    or at work.
    """

    def __init__(
        self, free: Callable[[], int], reserve: int, unfinished: Callable[[], Iterable[Parser]]
    ) -> None:
        self._free, self._reserve, self._unfinished = free, reserve, unfinished
        self._lock = threading.Lock()

    def promise(self, request: Parser) -> bool:
        """Whether the disk takes all of this body, as far as its length is known, beside what the
        others were promised. Then it is counted with them, up to the next step.
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
        """Whether a body has come to what it was promised and goes on."""
        received = request.body_bytes_received
        return received > SMALL and COPIES * received >= request.promised


def owed(request: Parser) -> int:
    """Bytes that were promised and are not on the disk yet."""
    return max(0, request.promised - request.body_bytes_received)
