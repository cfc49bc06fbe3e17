"""One connection."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import WSGITask

import logs
from blueprints.http.log_line import HEADER
from blueprints.http.receive import UPLOAD_WAITS
from media.intake.network import network
from server.answered import environment, note, note_public, number
from server.body_task import BodyTask
from server.limits import BODY_BYTES, HEAD_BYTES, TURN_REQUESTS
from server.parser import Parser
from server.public_files import PublicFileTask
from server.refusal import Refusal, RefusalTask

# Read from a file and sent at a time. Measured over loopback, a 2.2 MB file: 2.0 GB/s with 128 KB,
# 2.9 with 256 KB, 3.6 with this, 1.8 with all that the socket takes (4 MB), as waitress does: so
# large a piece is fresh memory each time.
SEND_BYTES = 300_000


class ApplicationTask(WSGITask):
    def service(self) -> None:
        try:
            super().service()  # type: ignore[no-untyped-call]
        except ClientDisconnected:
            note(self)
            raise
        note(self)

    def get_environment(self) -> dict[str, Any]:
        environ = environment(self, super().get_environment())  # type: ignore[no-untyped-call]
        environ[UPLOAD_WAITS] = self._upload_waits
        return environ

    def _upload_waits(self) -> bool:
        return bool(self.channel.server.rules.lanes.has_upload_of(self.channel.network))

    def set_close_on_finish(self) -> None:
        """Keep the connection after an answer without a body (RFC 9112, 6.3). waitress doesn't."""
        if (
            self.has_body
            or self.version == "1.0"
            or self.request.headers.get("CONNECTION", "").lower() == "close"
        ):
            super().set_close_on_finish()


def _task(channel: Channel, request: Parser) -> WSGITask:
    return BodyTask(channel, request) if request.is_asking else ApplicationTask(channel, request)


class Channel(HTTPChannel):
    """Handles one request at a time; pipelined ones stay in ``_unread`` until it is answered."""

    parser_class = Parser
    task_class: Any = staticmethod(_task)
    error_task_class = RefusalTask
    request: Any = None  # a Parser, while one arrives
    is_upload = is_check = False  # whether the request at work goes by the lane of these
    _lingers_until = 0.0
    _refused = False
    _sent_this_turn, _share = 0, SEND_BYTES
    _begun = 0  # requests, in this turn of the loop
    _loop = 0

    def __init__(
        self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: dict[int, Any]
    ) -> None:
        super().__init__(server, sock, addr, adj, map=map)  # type: ignore[no-untyped-call]
        self.requests_lock: Any = threading.RLock()  # a connection may close while it is held
        self.network = network(addr[0])
        self.sendbuf_len: int = min(self.sendbuf_len, SEND_BYTES)
        self._most_at_once = self.sendbuf_len
        self.idle_since = self._head_since = time.monotonic()
        self._is_new = True
        self._unread = b""
        # from a request's last byte, or its head that is asked about, until it is answered
        self._at_work = False
        self._answered: Parser | None = None  # answered by a thread; the loop continues from there
        self._progress: tuple[float, float] = (0.0, 0.0)  # what there was, and since when
        server.connections.open.add(self)

    # --- receiving

    def readable(self) -> bool:
        if self._at_work or (self._unread and self._waits_for_a_turn):
            return False
        return bool(super().readable())  # type: ignore[no-untyped-call]

    def recv(self, buffer_size: int) -> bytes:
        data: bytes = super().recv(
            BODY_BYTES if self.request is not None and self.request.arriving else HEAD_BYTES
        )  # type: ignore[no-untyped-call]
        return data

    def received(self, data: bytes) -> bool:
        self._loop = threading.get_ident()
        self._begun = 0
        if self._lingers_until:
            return False
        with self.requests_lock:
            self._unread += data
            self._parse()
        return True

    def _parse(self) -> None:
        """Read until a request is complete, its body must be approved, or nothing is left.

        The rest waits for another turn where this connection had its share of this one. Behind an
        answer that isn't sent yet, nothing is begun: what writes the next would have to wait for
        its reader.
        """
        while (
            self._unread
            and not self.requests
            and (
                self.request is not None
                or (not self.total_outbufs_len and self._begun < TURN_REQUESTS)
            )
        ):
            if self.will_close or self.close_when_flushed or not self.connected:
                self._unread = b""
                return
            if self.request is None:
                self.request = self.parser_class(self.adj)
                self._begun += 1
                self._head_since = self.idle_since if self._is_new else time.monotonic()
                self._progress = (0, time.monotonic())
            request: Parser = self.request
            consumed = request.received(self._unread)
            self._unread = self._unread[consumed:]
            if request.arriving and self.server.must_ask(request):
                request.is_asking = True
                self._begin(request)
            elif request.arriving and (refusal := self.server.why_no_further(request)):
                request.refuse(refusal)
            elif request.arriving and request.expect_continue:
                self.send_continue()
            if request.completed:
                self.request = None
                if not request.empty:
                    self._begin(request)

    def _begin(self, request: Parser) -> None:
        self.request, self._at_work = None, True
        self._refused = self._refused or bool(request.error) or request.is_asking
        self.is_upload = (
            not request.is_asking and not request.error and self.server.takes_upload(request)
        )
        self.is_check = not request.error and self.server.is_check(request)
        self.requests.append(request)
        self.server.add_task(self)

    def service(self) -> None:
        """Runs in a thread. The loop goes on afterwards: only one of them may send at a time."""
        request = self.requests[0]
        before = logs.request.set(number(self, request))
        super().service()  # type: ignore[no-untyped-call]
        logs.request.reset(before)
        if self._unread or request.is_asking:
            self._answered = request
        else:
            self._rest()
        # waitress did so while this connection was still busy, so the loop ignored it
        self.server.pull_trigger()

    def _resume(self, request: Parser) -> None:
        """In the loop: receive the body of a request that was asked about, or read what was sent
        behind one.
        """
        self._answered = None
        with self.requests_lock:
            self._rest()
            if request.is_asking and request.is_granted and not request.error:
                request.is_asking = self._refused = False
                self.request = request
                self._progress = (request.body_bytes_received, time.monotonic())
                if request.expect_continue:
                    self.send_continue()
            self._parse()

    def answer_at_once(self) -> bool:
        """Answer the request that just came in, if it is for a public file and this is the loop;
        say whether it was.
        """
        if threading.get_ident() != self._loop:
            return False
        request = self.requests[0]
        answer = self.server.public_files.answer(request)
        if answer is None:
            return False
        self._begin_turn()
        task = PublicFileTask(self, request, answer)
        task.response_headers.append((HEADER, number(self, request)))
        task.service()
        note_public(task)
        self.requests.pop()
        request.close()
        self.close_when_flushed = task.close_on_finish
        self._rest()
        return True

    def _rest(self) -> None:
        self._at_work = self._is_new = False
        self.idle_since = time.monotonic()

    # --- sending

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send nothing more once the reader had its share: a fast one would occupy the loop."""
        if self._sent_this_turn >= self._share:
            return 0
        sent: int = super().send(data, do_close=do_close)  # type: ignore[no-untyped-call]
        self._sent_this_turn += sent
        return sent

    def writable(self) -> bool:
        if self._answered is not None or (self._unread and self._waits_for_a_turn):
            return True
        return bool(super().writable())  # type: ignore[no-untyped-call]

    @property
    def _waits_for_a_turn(self) -> bool:
        """Whether what was received is for the next turn of the loop to begin. The loop asks all
        connections, so ask for ``_unread`` first.
        """
        return not (self._at_work or self.total_outbufs_len or self._lingers_until)

    def _begin_turn(self) -> None:
        self._sent_this_turn, self._share = 0, self.server.connections.share()
        self.sendbuf_len = min(self._most_at_once, self._share)

    def handle_write(self) -> None:
        self._begun = 0
        self._begin_turn()
        if self._answered is not None:
            self._resume(self._answered)
        # Closing a socket with unread bytes resets the connection, and the sender never sees the
        # answer.
        if (
            self._refused
            and self.close_when_flushed
            and not self.total_outbufs_len
            and not self._lingers_until
        ):
            self.close_when_flushed = False
            self._lingers_until = time.monotonic() + self.server.limits.linger_seconds
            try:
                self.socket.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]
            except OSError:
                self.will_close = True
            return
        super().handle_write()  # type: ignore[no-untyped-call]
        if self._unread and not self._at_work:
            with self.requests_lock:
                self._parse()

    # --- leaving

    @property
    def is_idle(self) -> bool:
        """Whether little is lost by closing it: no request is at work, and at most part of a head
        or a stalled body has arrived.
        """
        between = self.request is None or not self.request.headers_finished
        return (between or self._stalls) and not self._at_work and not self.total_outbufs_len

    @property
    def _stalls(self) -> bool:
        limits = self.server.limits
        return bool(
            time.time() - self.last_activity > limits.stall_seconds
            or time.monotonic() - self._progress[1] > limits.hurry_seconds
        )

    @property
    def has_unread(self) -> bool:
        """Whether data has arrived that the loop has not looked at yet."""
        try:
            return bool(self._unread or self.socket.recv(1, socket.MSG_PEEK))  # type: ignore[union-attr]
        except OSError:
            return False

    def unfinished(self) -> list[Parser]:
        """The request at work, or whose body is arriving."""
        return [request for request in (*self.requests, self.request) if request is not None]

    def sweep(self) -> None:
        """Close the connection, or refuse its request, if it is too slow."""
        now, limits = time.monotonic(), self.server.limits
        if self.total_outbufs_len:
            if self._no_progress(self.last_activity, 0.001, limits.send_seconds):
                self.handle_close()
        elif self._lingers_until:
            if now > self._lingers_until:
                self.handle_close()
        elif self._at_work:
            pass
        elif self.request is None:
            if now - self.idle_since > (
                limits.head_seconds if self._is_new else limits.idle_seconds
            ):
                self.handle_close()
        elif not self.request.headers_finished:
            if now - self._head_since > limits.head_seconds:
                self._too_slow()
        elif self._no_progress(
            self.request.body_bytes_received, limits.body_bytes, limits.body_seconds
        ):
            self._too_slow()

    def _no_progress(self, amount: float, least: float, seconds: float) -> bool:
        """Whether ``amount`` takes longer than ``seconds`` to grow by ``least``."""
        before, since = self._progress
        now = time.monotonic()
        if amount < before or amount >= before + least:
            self._progress = (amount, now)
            return False
        return now - since > seconds

    def _too_slow(self) -> None:
        with self.requests_lock:
            request = self.request
            if request is not None and not self._at_work:
                request.refuse(Refusal(408, "The request came too slowly"))
                self._begin(request)

    def handle_close(self) -> None:
        self.server.connections.open.discard(self)
        super().handle_close()  # type: ignore[no-untyped-call]
        with self.requests_lock:
            self.request = None  # and its temp file: the body will never be complete
