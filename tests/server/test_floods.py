"""Connections that are too many, too slow or silent: they make room, and nobody else waits for
them.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from app import create_app
from media.intake.network import network
from server import serve
from server.limits import Limits
from tests.conftest import Server, until
from tests.server.wire import WATCHDOG, connect, parse, read_all

SOAK = os.environ.get("SOAK") == "1"
GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
UPLOAD = b"POST /api/1/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n"


def with_limits(**limits: Any) -> Callable[[], None]:
    """Serves with these."""
    return partial(serve_with, Limits(**limits))


def serve_with(limits: Limits) -> None:
    serve(create_app(), limits)


@pytest.fixture(scope="module")
def small(make_server: Callable[..., Server]) -> Server:
    return make_server() if SOAK else make_server(how=with_limits(connections=60, per_address=20))


@pytest.fixture(scope="module")
def hasty(make_server: Callable[..., Server]) -> Server:
    return make_server(
        how=with_limits(
            head_seconds=1,
            idle_seconds=1,
            body_seconds=2,
            body_bytes=10,
            send_seconds=1,
            linger_seconds=1,
        )
    )


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def is_open(sock: socket.socket) -> bool:
    """Whether the server has not ended it; what it sent is read over."""
    sock.settimeout(0)
    try:
        while sock.recv(65536):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False


def takes(sock: socket.socket, data: bytes) -> bool:
    """Whether the server has not ended it, while more is sent."""
    try:
        sock.sendall(data)
    except OSError:
        return False
    return is_open(sock)


def still_open(socks: list[socket.socket]) -> int:
    return sum(is_open(sock) for sock in socks)


def ended(sock: socket.socket) -> bytes:
    """What came until the server ended the connection; fails where it doesn't."""
    sock.settimeout(WATCHDOG)
    return read_all(sock)


@pytest.mark.parametrize(
    "sent", [b"", b"GET /he", b"GET /healthz HTTP/1.1\r\nHost: a\r\n", GET, b"\r\n\r\n"]
)
def test_idle_connections_of_one_address(sent: bytes, small: Server, opened: ExitStack) -> None:
    """As many as would fill the server: one address gets its share, its newcomers are served, and
    others keep theirs.
    """
    neighbour = opened.enter_context(connect(small, "127.0.0.2"))
    neighbour.sendall(GET)
    assert neighbour.recv(12) == b"HTTP/1.1 200"
    idle = []
    for _ in range(1000 if SOAK else 100):
        idle.append(opened.enter_context(connect(small)))
        idle[-1].sendall(sent)
        if sent == GET:
            assert idle[-1].recv(12) == b"HTTP/1.1 200"
    # who comes in the turn of the loop that accepts them may be sent away, and is answered at once
    assert requests.get(small.base + "/healthz", timeout=WATCHDOG).status_code in (200, 503)
    until(lambda: still_open(idle) <= (128 if SOAK else 20), WATCHDOG)
    for _ in range(3):
        assert requests.get(small.base + "/healthz", timeout=WATCHDOG).status_code == 200
    # the longest idle ones had to go; the last may have come in a turn that sent it away
    assert still_open(idle[-20:]) and not is_open(idle[0])
    assert is_open(neighbour)
    neighbour.settimeout(WATCHDOG)
    neighbour.sendall(GET)
    assert neighbour.recv(12) == b"HTTP/1.1 200"


def test_idle_connections_of_many_addresses(small: Server, opened: ExitStack) -> None:
    idle = []
    for n in range(3, 13):
        for _ in range(60 if SOAK else 10):
            idle.append(opened.enter_context(connect(small, f"127.0.0.{n}")))
            idle[-1].sendall(b"GET / HTTP/1.1\r\n")
    assert requests.get(small.base + "/healthz", timeout=WATCHDOG).status_code == 200
    until(lambda: still_open(idle) <= (512 if SOAK else 60), WATCHDOG)


def test_who_is_being_served_is_not_closed_for_a_newcomer(
    make_server: Callable[..., Server], opened: ExitStack
) -> None:
    server = make_server(how=with_limits(connections=6, per_address=4))
    at_work = [opened.enter_context(connect(server)) for _ in range(4)]
    for sock in at_work:
        sock.sendall(UPLOAD + bytes(1000))
    with connect(server, "127.0.0.2") as sock:
        sock.sendall(GET)
        assert sock.recv(12) == b"HTTP/1.1 200"  # so the others' heads have been read
    turned_away = opened.enter_context(connect(server))
    turned_away.sendall(b"GET")
    answer = parse(ended(turned_away))
    assert answer.status == 503 and int(answer.headers["retry-after"]) > 0
    for n in (2, 3):
        sock = opened.enter_context(connect(server, f"127.0.0.{n}"))
        sock.sendall(UPLOAD.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert sock.recv(12) == b"HTTP/1.1 100"  # its head has been read
        at_work.append(sock)
    waiting = opened.enter_context(connect(server, "127.0.0.4"))
    waiting.sendall(GET)
    assert still_open(at_work) == 6  # full, and all at work: who comes waits in the kernel's queue
    at_work[0].close()
    waiting.settimeout(WATCHDOG)
    assert waiting.recv(12) == b"HTTP/1.1 200"
    assert still_open(at_work[1:]) == 5


def test_behind_a_proxy_only_the_whole_counts(
    make_server: Callable[..., Server], opened: ExitStack
) -> None:
    server = make_server(how=with_limits(connections=30, per_address=4), TRUSTED_PROXIES=1)
    idle = [opened.enter_context(connect(server)) for _ in range(20)]
    assert requests.get(server.base + "/healthz", timeout=WATCHDOG).status_code == 200
    assert still_open(idle) == 20


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("localhost", "localhost"),
    ],
)
def test_an_address_counts_with_its_household(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


def test_a_connection_without_a_request_ends(hasty: Server) -> None:
    with connect(hasty) as sock:
        assert ended(sock) == b""


def test_a_connection_that_was_answered_ends_when_it_idles(hasty: Server) -> None:
    with connect(hasty) as sock:
        sock.sendall(GET)
        assert ended(sock).startswith(b"HTTP/1.1 200")


def test_blank_lines_keep_no_connection(hasty: Server) -> None:
    with connect(hasty) as sock:
        until(lambda: not takes(sock, b"\r\n\r\n"), WATCHDOG, every=0.1)


STOPPED = {
    "head": "Host: a\r\nX-A: b",
    "body": "Host: a\r\nContent-Length: 1000\r\n\r\na",
    "chunks": "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na",
    "large body": "Host: a\r\nContent-Length: 2000000\r\n\r\na",
}


def test_a_request_that_stops_is_told_so(hasty: Server, opened: ExitStack) -> None:
    asked = {}
    for target in ("/api/1/upload", "/login"):
        for kind, sent in STOPPED.items():
            asked[target, kind] = opened.enter_context(connect(hasty))
            asked[target, kind].sendall(f"POST {target} HTTP/1.1\r\n{sent}".encode())
    for (target, kind), sock in asked.items():
        answer = parse(ended(sock))
        if (target, kind) == ("/login", "large body"):
            assert answer.status == 413  # nobody waits for it
            continue
        assert answer.status == 408, (target, kind)
        assert (
            answer.json["error"]["code"] == 408
            if target.startswith("/api/")
            else answer.body.startswith(b"408 Request Timeout\n")
        )


def test_a_slow_body_that_goes_on_is_taken(hasty: Server) -> None:
    """Longer in all than the limit, and never less than its rate."""
    body = b"a" * 20 * 30
    with connect(hasty) as sock:
        sock.sendall(
            b"POST /api/1/upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
            b"%d\r\n\r\n" % len(body)
        )
        for _ in range(30):
            sock.settimeout(0.1)
            with pytest.raises(TimeoutError):  # it is patient
                sock.recv(1)
            sock.sendall(b"a" * 20)
        answer = parse(ended(sock))
    assert (answer.status, answer.json["error"]["message"]) == (400, "No key provided")


def test_a_reader_that_takes_nothing_is_gone(hasty: Server) -> None:
    path = hasty.data / "public/images/2026/01/01/big.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(100_000_000)  # sparse
    with connect(hasty) as sock:
        sock.sendall(b"GET /images/2026/01/01/big.mp4 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert sock.recv(12) == b"HTTP/1.1 200"
        fds = Path(f"/proc/{hasty.process.pid}/fd")
        until(
            lambda: (
                str(path) not in [str(fd.readlink()) for fd in fds.iterdir() if fd.is_symlink()]
            ),
            WATCHDOG,
        )


def test_the_next_request_of_a_connection_wakes_the_loop(
    make_server: Callable[..., Server],
) -> None:
    """Where the loop never wakes by itself, a wake-up that comes while a thread still has the
    connection would be lost for good.
    """
    server = make_server(how=with_limits(sweep_seconds=3600))
    with requests.Session() as session:
        for path in ("/healthz", "/login", "/images/none.png") * 50:
            assert session.get(server.base + path, timeout=WATCHDOG).status_code in (200, 404)


@pytest.mark.parametrize("dawdles", [False, True])
def test_bodies_that_stall_make_room(
    dawdles: bool, make_server: Callable[..., Server], opened: ExitStack
) -> None:
    """Of which there may be as many as connections in all: from a few addresses, without an
    account.
    """
    server = make_server(
        how=with_limits(connections=12, per_address=6, stall_seconds=2, hurry_seconds=3)
    )
    stalled = [
        opened.enter_context(connect(server, f"127.0.0.{n}")) for n in (2, 3) for _ in range(6)
    ]
    for sock in stalled:
        sock.sendall(b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\nxx")
    stop = time.monotonic() + WATCHDOG
    with connect(server, "127.0.0.4") as sock:
        sock.sendall(GET)
        sock.settimeout(0.5)
        answer = b""
        while not answer and time.monotonic() < stop:
            try:
                answer = sock.recv(12)
            except TimeoutError:
                for other in stalled if dawdles else []:
                    try:
                        other.sendall(b"x")
                    except OSError:
                        pass  # it had to leave
    assert answer == b"HTTP/1.1 200"
