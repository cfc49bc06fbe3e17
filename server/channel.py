"""One connection."""

from __future__ import annotations

import socket
import time

from waitress.channel import HTTPChannel

from server.parser import Parser
from server.refusal import RefusalTask

LINGER_SECONDS = 10  # how long a refused sender may go on sending, so that it gets to read why


class Channel(HTTPChannel):
    parser_class = Parser
    error_task_class = RefusalTask
    _lingers_until = 0.0
    _refused = False

    def received(self, data: bytes) -> bool:
        if self._lingers_until:
            if time.monotonic() > self._lingers_until:
                self.will_close = True
            return False
        answer: bool = super().received(data)
        self._refused = self._refused or any(request.error for request in self.requests)
        return answer

    def handle_write(self) -> None:
        # Closing a socket with unread bytes resets the connection, and the sender never sees the answer.
        if self._refused and self.close_when_flushed and not self.total_outbufs_len and not self._lingers_until:
            self.close_when_flushed = False
            self._lingers_until = time.monotonic() + LINGER_SECONDS
            try:
                self.socket.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]
            except OSError:
                self.will_close = True
            return
        super().handle_write()
