"""Asks this site at its public address."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

MOST_BYTES = 2_000_000  # of an answer; nothing that is asked for is larger
PIECE = 64 * 1024
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Unreached(Exception):
    """Why there is no answer: ``name``, ``refused``, ``time``, ``certificate`` or ``closed``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """``headers`` by their names in lower case; ``seconds``: until the last byte of the
    body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    seconds: float = 0.0


@dataclass
class Client:
    """``base`` is where the site is, as in ``https://home.example/pics``. ``until`` is when all of
    it has to be over (`time.monotonic`).
    """

    base: str
    until: float = field(default_factory=lambda: time.monotonic() + 60)
    seconds: float = 8.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        self.is_secure, self.host = parts.scheme == "https", parts.hostname or ""
        self.port = parts.port or (443 if self.is_secure else 80)
        self.netloc, self.prefix = parts.netloc, parts.path.rstrip("/")

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] = NO_HEADERS,
        seconds: float | None = None,
    ) -> Answer:
        """``headers``: ``_`` in a name is ``-``. Raises Unreached."""
        connection = self._begin(method, path, headers, seconds)
        try:
            connection.endheaders()
            return _read(connection, time.monotonic())
        except (OSError, http.client.HTTPException) as error:
            raise _why(error) from error
        finally:
            connection.close()

    def stall(self, path: str, seconds: float) -> int:
        """Begin to read an answer, and leave after a while. Its status. Raises Unreached.

        The socket keeps little of it: left to itself, Linux lets one grow to 32 MB, and what a
        proxy keeps would not be told from that.
        """
        connection = self._begin("GET", path, NO_HEADERS, None)
        try:
            connection.connect()
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
            connection.endheaders()
            answer = connection.getresponse()  # it holds the socket
            time.sleep(min(seconds, self._left()))
            return answer.status
        except (OSError, http.client.HTTPException) as error:
            raise _why(error) from error
        finally:
            connection.close()

    def send_part(
        self, path: str, length: int, part: int, seconds: float, rest_after: float = 0
    ) -> Answer | None:
        """Announce a body of ``length`` bytes and send ``part`` of them; None where nobody refuses
        it within ``seconds``. With ``rest_after``, wait that long and send the rest: the answer.
        Raises Unreached.
        """
        headers = {"Content-Length": str(length), "Content-Type": "application/octet-stream"}
        connection = self._begin("POST", path, headers, None)
        try:
            connection.endheaders()
            _send(connection, part)
            try:
                return self._answer(connection, seconds)
            except TimeoutError:
                if not rest_after:
                    return None
            time.sleep(min(rest_after, self._left()))
            _send(connection, length - part)
            return self._answer(connection, self.seconds)
        except (OSError, http.client.HTTPException) as error:
            raise _why(error) from error
        finally:
            connection.close()

    def _answer(self, connection: http.client.HTTPConnection, seconds: float) -> Answer:
        if connection.sock:
            connection.sock.settimeout(min(seconds, self._left()))
        return _read(connection, time.monotonic())

    def _begin(
        self, method: str, path: str, headers: Mapping[str, str], seconds: float | None
    ) -> http.client.HTTPConnection:
        timeout = min(seconds or self.seconds, self._left())
        if self.is_secure:
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                self.host, self.port, timeout=timeout, context=context
            )
        else:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.putrequest(
                method, self.prefix + path, skip_host=True, skip_accept_encoding=True
            )
            connection.putheader("Host", self.netloc)
            given = {"User-Agent": "Keepsake-Check", **headers, "Connection": "close"}
            for name, value in given.items():
                connection.putheader(name.replace("_", "-"), value)
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.close()
            raise _why(error) from error
        return connection

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unreached("time")
        return left


def _send(connection: http.client.HTTPConnection, length: int) -> None:
    """Who refuses a body may close the connection meanwhile; the answer is there all the same."""
    piece = bytes(PIECE)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while length > 0:
            connection.send(piece[:length])
            length -= PIECE


def _read(connection: http.client.HTTPConnection, begun: float) -> Answer:
    answer = connection.getresponse()
    pieces, size = [], 0
    while size < MOST_BYTES and (piece := answer.read1(PIECE)):
        pieces.append(piece)
        size += len(piece)
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, b"".join(pieces), time.monotonic() - begun)


def _why(error: Exception) -> Unreached:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreached("certificate")
    if isinstance(error, socket.gaierror | UnicodeError):
        return Unreached("name")
    if isinstance(error, ConnectionRefusedError):
        return Unreached("refused")
    if isinstance(error, TimeoutError):
        return Unreached("time")
    return Unreached("closed")
