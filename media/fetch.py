"""A file from an address on the public Internet, and from nowhere else (contract, *Fetching*).

A name is resolved once; every address that it has is checked; the connection goes to one that was checked.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Collection
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from media.errors import FetchRefused, FileTooBig
from media.source import CHUNK, Spool

MAX_REDIRECTS = 5
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 60.0
USER_AGENT = "Keepsake"

NOT_PUBLIC = "Unsupported non-public IP address for upload"
OWN_HOST = "Unsupported self host URL upload"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Blocks that reach an IPv4 address by another name, and what Python's is_global lets through or is unsure of.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_REFUSED = [ipaddress.ip_network(block) for block in (
    "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "::/96", "192.88.99.0/24", "5f00::/16")]


def fetch(url: str, spool: Spool, *, own_hosts: Collection[str]) -> Spool:
    """Fill ``spool`` with what ``url`` answers, following redirects; its filename becomes that of the last address.

    ``own_hosts`` are our own names (lower case, no port). Raises FetchRefused, FileTooBig, StorageFull.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    for _ in range(MAX_REDIRECTS + 1):
        parts = _checked(url, own_hosts)
        try:
            target = _request(parts, spool, deadline)
        except (OSError, http.client.HTTPException, ssl.CertificateError) as error:
            raise FetchRefused(f"Can't fetch that address: {_reason(error)}") from error
        if target is None:
            spool.filename = unquote(parts.path.rpartition("/")[2])[:300]
            return spool.finish()
        url = urljoin(url, target)
    raise FetchRefused(f"Can't fetch that address: more than {MAX_REDIRECTS} redirects")


def _checked(url: str, own_hosts: Collection[str]) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        parts.port  # noqa: B018 - raises ValueError for a bad one
    except ValueError:
        raise FetchRefused("Can't fetch that address: it is malformed") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchRefused(f"Unsupported URL scheme `{parts.scheme[:20]}`")
    if not host or any(c.isspace() or not c.isprintable() for c in url):
        raise FetchRefused("Can't fetch that address: it is malformed")
    if host in own_hosts:
        raise FetchRefused(OWN_HOST)
    return parts


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of ``host``, if every one of them is public. Raises FetchRefused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise FetchRefused("Can't fetch that address: its name is unknown") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(is_public(ipaddress.ip_address(a.partition("%")[0])) for a in addresses):
        raise FetchRefused(NOT_PUBLIC)
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address is one on the public Internet, seen through the forms that hide an IPv4 address in IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address.version == block.version and address in block for block in _REFUSED):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified
                                      or address.is_loopback or address.is_link_local or address.is_private)


def _request(parts: SplitResult, spool: Spool, deadline: float) -> str | None:
    """Read the answer into the spool; the address to go to instead, where it is a redirect."""
    host = (parts.hostname or "").rstrip(".")
    connection = _connect(host, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme == "https", deadline)
    # A time-out on each read would let an answer drip in for ever.
    cut_off = threading.Timer(_time_left(deadline), _shut_down, [connection.sock])
    cut_off.daemon = True
    cut_off.start()
    try:
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~[]") if parts.query else "")
        connection.request("GET", path, headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": USER_AGENT,
                                                 "Accept": "image/*,video/*,*/*;q=0.5", "Connection": "close"})
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return answer.getheader("Location") or ""
        if answer.status != 200:
            raise FetchRefused(f"Can't fetch that address: it answers {answer.status}")
        if int(answer.getheader("Content-Length") or 0) > spool.max_bytes:
            raise FileTooBig(spool.max_bytes)
        while chunk := answer.read1(CHUNK):
            spool.write(chunk)
        _time_left(deadline)
        if answer.length:
            raise FetchRefused("Can't fetch that address: it ends too early")
    except ValueError:
        raise FetchRefused("Can't fetch that address: its answer is malformed") from None
    finally:
        cut_off.cancel()
        connection.close()
    return None


def _shut_down(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # closed meanwhile


def _connect(host: str, port: int, secure: bool, deadline: float) -> http.client.HTTPConnection:
    """A connection to one of the host's checked addresses; TLS is still for the host's name."""
    host = host.encode("idna").decode() if not host.isascii() else host
    error: OSError = OSError("no address answers")
    for address in public_addresses(host, port):
        try:
            sock = socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, _time_left(deadline)))
        except OSError as failure:
            error = failure
            continue
        try:
            if secure:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            sock.settimeout(_time_left(deadline))
        except OSError:
            sock.close()
            raise
        connection = http.client.HTTPConnection(host, port)
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
