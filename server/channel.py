"""One connection."""

from __future__ import annotations

import socket
import threading
import time

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from server.parser import Parser
from server.public_files import PublicFiles, PublicFileTask
from server.refusal import RefusalTask

TURN_BYTES = 4 * 1024 * 1024  # sent to one reader before the others have their turn
LINGER_SECONDS = 10  # how long a refused sender may go on sending, so that it gets to read why


class ApplicationTask(WSGITask):
    def set_close_on_finish(self) -> None:
        """Waitress ends the connection after an answer that has no body, as if its length weren't known (RFC 9112, 6.3)."""
        if self.has_body or self.version == "1.0" or self.request.headers.get("CONNECTION", "").lower() == "close":
            super().set_close_on_finish()


class Channel(HTTPChannel):
    parser_class = Parser
    task_class = ApplicationTask
    error_task_class = RefusalTask
    public_files: PublicFiles  # set by `serve`
    _lingers_until = 0.0
    _refused = False
    _sent_this_turn = 0
    _loop = 0

    def received(self, data: bytes) -> bool:
        self._loop = threading.get_ident()
        if self._lingers_until:
            if time.monotonic() > self._lingers_until:
                self.will_close = True
            return False
        answer: bool = super().received(data)
        self._refused = self._refused or any(request.error for request in self.requests)
        return answer

    def answer_at_once(self) -> bool:
        """Answer the request that just came in, if it is for a public file and this is the loop; say whether it was."""
        # Behind an answer that isn't sent yet, writing may have to wait, and the loop must not.
        if threading.get_ident() != self._loop or self.total_outbufs_len:
            return False
        request = self.requests[0]
        answer = self.public_files.answer(request)
        if answer is None:
            return False
        self._sent_this_turn = 0
        task = PublicFileTask(self, request, answer)
        task.service()
        self.requests.pop()
        request.close()
        self.close_when_flushed = task.close_on_finish
        return True

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Nothing, once a reader had its turn: a fast one would keep the loop until the end of its film."""
        if self._sent_this_turn >= TURN_BYTES:
            return 0
        sent: int = super().send(data, do_close=do_close)
        self._sent_this_turn += sent
        return sent

    def handle_write(self) -> None:
        self._sent_this_turn = 0
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


class Dispatcher(ThreadedTaskDispatcher):
    """Gives requests to threads, but for those that need none."""

    def add_task(self, task: Channel) -> None:
        if not task.answer_at_once():
            super().add_task(task)
