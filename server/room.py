"""Free space for what is being received."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from server.parser import Parser

COPIES = 2  # the body as it came, and the file in it
STEP = 16 * 1024 * 1024  # a body of unknown length is promised room by so much at a time


class Room:
    """Promises room on the disk that bodies wait on. ``free`` tells its free bytes, of which ``reserve`` stay free for the
    database; ``unfinished`` gives the requests that are on their way or at work."""

    def __init__(self, free: Callable[[], int], reserve: int, unfinished: Callable[[], Iterable[Parser]]) -> None:
        self._free, self._reserve, self._unfinished = free, reserve, unfinished
        self._lock = threading.Lock()

    def promise(self, request: Parser) -> bool:
        """Whether the disk takes this body beside the others; then it is counted with them."""
        size = request.body_bytes_received + STEP if request.chunked else request.content_length
        with self._lock:
            others = sum(owed(other) for other in self._unfinished() if other is not request)
            if self._free() - others - self._reserve < COPIES * size - request.body_bytes_received:
                return False
            request.promised = COPIES * size
            return True

    @staticmethod
    def is_used_up(request: Parser) -> bool:
        """Whether a body of unknown length has come to what it was promised."""
        return request.chunked and request.is_granted and COPIES * request.body_bytes_received >= request.promised


def owed(request: Parser) -> int:
    """Bytes that were promised and are not on the disk yet."""
    return max(0, request.promised - request.body_bytes_received)
