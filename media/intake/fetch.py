"""A file from an address on the public Internet, and from nowhere else (contract, *Fetching*).

A name is resolved once; every address that it has is checked; the connection goes to one that was
checked.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from email.message import Message

from media.errors import FetchAnswered, FetchRefused, FileTooBig, NotPublic, OwnHost
from media.intake.public_address import is_public
from media.intake.spool import CHUNK, Spool, basename
from media.intake.web_address import WebAddress, header_text

MAX_REDIRECTS = 5
# characters of the header that names a file: reading it costs more than linear time
MAX_DISPOSITION = 1000
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 60.0
USER_AGENT = "Keepsake"


def fetch(url: str, spool: Spool, *, own_hosts: Collection[str]) -> Spool:
    """Fill ``spool`` with what ``url`` answers, following redirects. Its filename becomes the one
    that the answer names, else that of the last address.

    ``own_hosts`` are our own names, as ``host_name`` spells them. Raises FetchRefused, FileTooBig,
    StorageFull.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    address = WebAddress.parse(url)
    for _ in range(MAX_REDIRECTS + 1):
        if address.host in own_hosts:
            raise OwnHost()
        target = _request(address, spool, deadline)
        if target is None:
            return spool.finish()
        address = address.follow(target)
    raise FetchRefused(f"Can't fetch that address: more than {MAX_REDIRECTS} redirects")


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of ``host``, if every one of them is public. Raises FetchRefused."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise FetchRefused("Can't fetch that address: its name is unknown") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    if not addresses or not all(is_public(a.partition("%")[0]) for a in addresses):
        raise NotPublic()
    return addresses


def _request(address: WebAddress, spool: Spool, deadline: float) -> str | None:
    """Read the answer into the spool; for a redirect, return its target instead."""
    with _network_errors():
        connection = _connect(address, deadline)
    # A time-out per read would let a slow answer continue for ever.
    cut_off = threading.Timer(_time_left(deadline), _shut_down, [connection.sock])
    cut_off.daemon = True
    cut_off.start()
    try:
        with _network_errors():
            connection.request(
                "GET",
                address.target,
                headers={
                    "Host": address.authority,
                    "User-Agent": USER_AGENT,
                    "Accept": "image/*,video/*,*/*;q=0.5",
                    "Connection": "close",
                },
            )
            answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return answer.getheader("Location") or ""
        if answer.status != 200:
            raise FetchAnswered(answer.status)
        if (answer.length or 0) > spool.max_bytes:
            raise FileTooBig(spool.max_bytes)
        spool.filename = basename(_named(answer) or address.filename)
        while chunk := _read(answer, deadline):
            spool.write(chunk)  # its errors are the disk's
        if answer.length:
            raise FetchRefused("Can't fetch that address: it ends too early")
    finally:
        cut_off.cancel()
        connection.close()
    return None


@contextmanager
def _network_errors() -> Iterator[None]:
    """Turn network errors into FetchRefused."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise FetchRefused(f"Can't fetch that address: {_reason(error)}") from error
    except ValueError as error:
        raise FetchRefused("Can't fetch that address: its answer is malformed") from error


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    with _network_errors():
        data = answer.read1(CHUNK)
        _time_left(deadline)
        return data


def _named(answer: http.client.HTTPResponse) -> str:
    """The file name of Content-Disposition (RFC 6266), "" without one."""
    header = Message()
    header["Content-Disposition"] = header_text(answer.getheader("Content-Disposition") or "")[
        :MAX_DISPOSITION
    ]
    try:
        return header.get_filename("")
    except (ValueError, LookupError):
        return ""


def _shut_down(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # closed meanwhile


def _connect(address: WebAddress, deadline: float) -> http.client.HTTPConnection:
    """A connection to one of the host's checked addresses; TLS is still for the host's name."""
    error: OSError = OSError("no address answers")
    for ip in public_addresses(address.host, address.port):
        try:
            sock = socket.create_connection(
                (ip, address.port), timeout=min(CONNECT_SECONDS, _time_left(deadline))
            )
        except OSError as failure:
            error = failure
            continue
        try:
            if address.is_secure:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=address.host)
            sock.settimeout(_time_left(deadline))
        except OSError:
            sock.close()
            raise
        connection = http.client.HTTPConnection(address.host, address.port)
        connection.sock = sock
        return connection
    raise error


def _time_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it takes too long"
    if isinstance(error, ssl.SSLError):
        return "its certificate is not valid"
    return "the connection failed"
