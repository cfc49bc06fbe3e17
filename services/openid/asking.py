"""Requests to a provider: without redirects, with limits of time and size, and encrypted unless it
is on this machine.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from services.openid.faults import NotThere, NotTrue

SECONDS = 10.0  # of one answer, in all
READ_SECONDS = 5.0  # without a byte
MAX_BYTES = 500_000
CHUNK = 65536


class Bounded(HTTPAdapter):
    """Raises NotThere for an answer that takes too long or is too large, or leads elsewhere. One is
    of one thread.
    """

    def init_poolmanager(self, *args: Any, **rest: Any) -> None:
        super().init_poolmanager(*args, **rest)
        self._lines: list[socket] = []
        self.poolmanager.pool_classes_by_scheme = _pools(self._lines)

    def send(self, request: requests.PreparedRequest, *args: Any, **rest: Any) -> requests.Response:
        check_url(request.url or "")
        rest |= {"stream": True, "timeout": (READ_SECONDS, READ_SECONDS)}
        end = time.monotonic() + SECONDS
        try:
            with self._cut_off():
                answer = super().send(request, **rest)
                body = self._read(answer.raw, end)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NotThere(f"{type(error).__name__} from {origin(request.url or '')}") from error
        if answer.is_redirect or answer.status_code >= 500:
            raise NotThere(f"status {answer.status_code} from {origin(request.url or '')}")
        answer.raw.close()
        answer.raw = HTTPResponse(io.BytesIO(body), preload_content=False)
        return answer

    def close(self) -> None:
        super().close()
        while self._lines:
            self._lines.pop().close()

    @contextmanager
    def _cut_off(self) -> Iterator[None]:
        """After a while the connections end, whatever is read of them: a shake of hands, headers or
        the body.
        """
        timer = threading.Timer(SECONDS, self._end_lines)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end_lines(self) -> None:
        for line in tuple(self._lines):
            with suppress(OSError):
                line.shutdown(SHUT_RDWR)

    def _read(self, raw: Any, end: float) -> bytes:
        body = b""
        while chunk := raw.read1(CHUNK):
            body += chunk
            if len(body) > MAX_BYTES:
                raise OSError("too much")
        if time.monotonic() > end:
            raise OSError("too slow")
        return body


def _pools(lines: list[socket]) -> dict[str, type[HTTPConnectionPool]]:
    """Of connections whose sockets are noted in ``lines`` as soon as there are any."""

    def noted(made: socket) -> socket:
        lines.append(made.dup())  # as TLS takes the other one away
        return made

    class Line(HTTPConnection):
        def _new_conn(self) -> socket:
            return noted(super()._new_conn())

    class SafeLine(HTTPSConnection):
        def _new_conn(self) -> socket:
            return noted(super()._new_conn())

    class Pool(HTTPConnectionPool):
        ConnectionCls = Line

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = SafeLine

    return {"http": Pool, "https": SafePool}


def bound(session: requests.Session) -> None:
    session.headers["Accept-Encoding"] = "identity"
    session.headers["Accept"] = "application/json"
    for scheme in ("http://", "https://"):
        session.mount(scheme, Bounded(max_retries=0))


def document(answer: requests.Response) -> dict[str, Any]:
    """Of JSON. Raises NotTrue."""
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise NotTrue(f"no JSON from {origin(answer.url)}") from error
    if answer.status_code != 200 or not isinstance(found, dict):
        raise NotTrue(f"status {answer.status_code} from {origin(answer.url)}")
    return found


def check_url(url: str) -> None:
    """Raises NotTrue where others could read what is sent there."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(parts.hostname or "")):
        raise NotTrue(f"{origin(url)} is not https")


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """What may be logged of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"[:200]
