"""Requests that HTTP doesn't allow (RFC 9112): each has its status, in the contract's form under
the API, and ends the connection.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest
import requests

from server.framing import ChunkedReceiver
from tests.conftest import Server
from tests.server.wire import ask, connect, parse, read_all

HOST = b"Host: a\r\n"
CHUNKED = HOST + b"Transfer-Encoding: chunked\r\n\r\n"

# Name: (request line but for the target, what follows, status).
MALFORMED: dict[str, tuple[bytes, bytes, int]] = {
    "no host": (b"GET %s HTTP/1.1\r\n", b"\r\n", 400),
    "two hosts": (b"GET %s HTTP/1.1\r\n", b"Host: a\r\nHost: b\r\n\r\n", 400),
    "the same host twice": (b"GET %s HTTP/1.1\r\n", b"Host: a\r\nhost: a\r\n\r\n", 400),
    "two hosts in 1.0": (b"GET %s HTTP/1.0\r\n", b"Host: a\r\nHost: b\r\n\r\n", 400),
    "folded line": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\r\n c\r\n\r\n", 400),
    "folded with a tab": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\r\n\tc\r\n\r\n", 400),
    "folded first line": (b"GET %s HTTP/1.1\r\n", b" X: y\r\n" + HOST + b"\r\n", 400),
    "space before the colon": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A : b\r\n\r\n", 400),
    "no colon": (b"GET %s HTTP/1.1\r\n", HOST + b"nonsense\r\n\r\n", 400),
    "no name": (b"GET %s HTTP/1.1\r\n", HOST + b": b\r\n\r\n", 400),
    "name with a space": (b"GET %s HTTP/1.1\r\n", HOST + b"X A: b\r\n\r\n", 400),
    "name of other letters": (b"GET %s HTTP/1.1\r\n", HOST + "Ä: b\r\n\r\n".encode(), 400),
    "NUL in a value": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\0c\r\n\r\n", 400),
    "control in a value": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\x1bc\r\n\r\n", 400),
    "bare CR in a value": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\rc\r\n\r\n", 400),
    "bare LF in a value": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: b\nc: d\r\n\r\n", 400),
    "bare LF in the request line": (b"GET %s\n HTTP/1.1\r\n", HOST + b"\r\n", 400),
    "space first": (b" GET %s HTTP/1.1\r\n", HOST + b"\r\n", 400),
    "two spaces": (b"GET  %s HTTP/1.1\r\n", HOST + b"\r\n", 400),
    "space behind": (b"GET %s HTTP/1.1 \r\n", HOST + b"\r\n", 400),
    "no version": (b"GET %s\r\n", HOST + b"\r\n", 400),
    "small letters": (b"get %s HTTP/1.1\r\n", HOST + b"\r\n", 400),
    "another protocol": (b"GET %s FTP/1.1\r\n", HOST + b"\r\n", 400),
    "a method with a colon": (b"GE:T %s HTTP/1.1\r\n", HOST + b"\r\n", 400),
    "version 2": (b"GET %s HTTP/2.0\r\n", HOST + b"\r\n", 505),
    "version 1.2": (b"GET %s HTTP/1.2\r\n", HOST + b"\r\n", 505),
    "version 0.9": (b"GET %s HTTP/0.9\r\n", HOST + b"\r\n", 505),
    "length and chunks": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunks and length": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        400,
    ),
    "two lengths": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
        400,
    ),
    "the same length twice": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
        400,
    ),
    "a list of lengths": (b"POST %s HTTP/1.1\r\n", HOST + b"Content-Length: 1, 1\r\n\r\na", 400),
    "negative length": (b"POST %s HTTP/1.1\r\n", HOST + b"Content-Length: -1\r\n\r\n", 400),
    "signed length": (b"POST %s HTTP/1.1\r\n", HOST + b"Content-Length: +1\r\n\r\na", 400),
    "hexadecimal length": (b"POST %s HTTP/1.1\r\n", HOST + b"Content-Length: 0x1\r\n\r\na", 400),
    "empty length": (b"POST %s HTTP/1.1\r\n", HOST + b"Content-Length:\r\n\r\n", 400),
    "length of 5000 digits": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        400,
    ),
    "length of 18 digits": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Content-Length: " + b"9" * 18 + b"\r\n\r\n",
        413,
    ),
    "chunked twice": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunked on two lines": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunked before the last": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: chunked, gzip\r\n\r\n",
        400,
    ),
    "gzip and chunked": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        501,
    ),
    "identity": (b"POST %s HTTP/1.1\r\n", HOST + b"Transfer-Encoding: identity\r\n\r\n", 501),
    "chunked with a strange blank": (
        b"POST %s HTTP/1.1\r\n",
        HOST + b"Transfer-Encoding: \x85chunked\r\n\r\n",
        501,
    ),
    "no encoding": (b"POST %s HTTP/1.1\r\n", HOST + b"Transfer-Encoding:\r\n\r\n", 400),
    "chunked in 1.0": (
        b"POST %s HTTP/1.0\r\n",
        HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "too long a head": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: " + b"b" * 40_000 + b"\r\n\r\n", 431),
    "a head without an end": (b"GET %s HTTP/1.1\r\n", HOST + b"X-A: " + b"b" * 40_000, 431),
    "too many fields": (b"GET %s HTTP/1.1\r\n", HOST + b"X: y\r\n" * 101 + b"\r\n", 431),
    "address that is none": (b"GET http://[%s HTTP/1.1\r\n", HOST + b"\r\n", 400),
}

# Under these targets; what stands in the contract's form is JSON.
TARGETS = {"/api/1/upload": True, "/1/upload?format=json": True, "/login": False}


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("target", TARGETS)
def test_malformed_requests(target: str, name: str, server: Server) -> None:
    line, rest, status = MALFORMED[name]
    answer = ask(server, line % target.encode() + rest)
    assert answer.status == status
    assert answer.headers["connection"] == "close"
    phrase = HTTPStatus(status).phrase
    # there, the target itself is broken
    if TARGETS[target] and b"[" not in line and name != "two spaces":
        document = answer.json
        assert (document["status_code"], document["status_txt"]) == (status, phrase) and document[
            "error"
        ]["message"]
        assert answer.headers["access-control-allow-origin"] == "*"
    else:
        assert answer.headers["content-type"].startswith(
            "text/plain"
        ) and answer.body.decode().startswith(f"{status} {phrase}\n")


BAD_CHUNKS = {
    "no size": b"\r\n",
    "not a number": b"xyz\r\n",
    "negative": b"-1\r\n",
    "with a prefix": b"0x1\r\na\r\n0\r\n\r\n",
    "blank before": b" 1\r\na\r\n0\r\n\r\n",
    "too large a number": b"F" * 40 + b"\r\n",
    "data too long": b"1\r\nab\r\n0\r\n\r\n",
    "no end of data": b"1\r\na0\r\n\r\n",
    "bare LF": b"1\na\n0\n\n",
    "blank line between": b"1\r\na\r\n\r\n0\r\n\r\n",
    "endless extension": b"1;" + b"x" * 5000,
    "control in an extension": b"1;a=\x01\r\na\r\n0\r\n\r\n",
    "endless trailers": b"0\r\n" + b"X: y\r\n" * 5000,
    "bad trailer": b"0\r\nnonsense\r\n\r\n",
    "bare CR": b"1\r\r\na\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("pieces", [1 << 20, 1])
@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_malformed_chunks(name: str, pieces: int) -> None:
    receiver = ChunkedReceiver(Buffer())
    data = BAD_CHUNKS[name]
    for at in range(0, len(data), pieces):
        receiver.received(data[at : at + pieces])
        if receiver.error:
            break
    assert receiver.error is not None and receiver.error.code == 400 and not receiver.completed


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_malformed_chunks_on_the_wire(name: str, server: Server) -> None:
    answer = ask(server, b"POST /api/1/upload HTTP/1.1\r\n" + CHUNKED + BAD_CHUNKS[name])
    assert (answer.status, answer.json["error"]["code"]) == (400, 400)


@pytest.mark.parametrize("pieces", [1 << 20, 7, 1])
def test_good_chunks(pieces: int) -> None:
    data = b'3\r\nabc\r\n00A;ext="q"\r\n0123456789\r\n1 \r\n\n\r\n0\r\nX-Trailer: y\r\n\r\nGET'
    buffer = Buffer()
    receiver = ChunkedReceiver(buffer)
    consumed = 0
    while not receiver.completed:
        assert receiver.error is None
        consumed += receiver.received(data[consumed : consumed + pieces])
    assert buffer.data == b"abc0123456789\n" and data[consumed:] == b"GET"


def test_chunks_cost_work_by_their_bytes_alone() -> None:
    """Each byte that came is looked at and passed on once, however small the chunks are."""

    class Counted(bytes):
        copied = 0

        def __getitem__(self, index: object) -> bytes:  # type: ignore[override]
            part = super().__getitem__(index)  # type: ignore[call-overload]
            Counted.copied += len(part)
            return bytes(part)

    costs = []
    for count in (2_000, 4_000):
        Counted.copied = 0
        data = Counted(b"1\r\na\r\n" * count)
        assert ChunkedReceiver(Buffer()).received(data) == len(data)
        costs.append(Counted.copied)
    assert costs[1] == 2 * costs[0] <= 2 * 6 * 2_000


class Buffer:
    data = b""

    def append(self, data: bytes) -> None:
        self.data += data


def test_pipelined_requests_and_blank_lines_between_them(server: Server) -> None:
    get = b"GET /healthz HTTP/1.1\r\n" + HOST
    post = b"POST /login HTTP/1.1\r\n" + CHUNKED + b"3\r\na=b\r\n0\r\n\r\n"
    with connect(server) as sock:
        sock.sendall(
            b"\r\n\r\n"
            + (get + b"\r\n") * 3
            + post
            + b"\r\n"
            + get
            + b"Connection: close\r\n\r\n"
            + get
            + b"\r\n"
        )
        data = read_all(sock)
    # behind "close" comes nothing
    assert [part[:3] for part in data.split(b"HTTP/1.1 ")[1:]] == [b"200"] * 3 + [b"400"] + [b"200"]


def test_a_proxy_and_the_server_see_the_same_requests(server: Server) -> None:
    """What could be smuggled behind a length that two read in two ways is never answered."""
    smuggled = b"GET /robots.txt HTTP/1.1\r\n" + HOST + b"\r\n"
    for framing in (
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(smuggled)),
        b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: x\r\n\r\n",
    ):
        with connect(server) as sock:
            sock.sendall(b"POST /login HTTP/1.1\r\n" + HOST + framing + smuggled)
            data = read_all(sock)
        assert data.count(b"HTTP/1.") == 1 and b"User-agent" not in data


def test_the_server_is_still_well(server: Server) -> None:
    assert requests.get(server.base + "/healthz", timeout=30).status_code == 200
    assert "Traceback" not in server.log
    assert parse(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n").headers == {"a": "b"}
