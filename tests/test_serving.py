"""Answers from files: the loop gives the same as the views, and a reader that doesn't read holds
nobody up.
"""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from app import create_app
from tests.conftest import PASSWORD, Server, key_on, sample, until

BIG = "/images/2026/01/01/big.mp4"
BIG_BYTES = 300_000_000


@pytest.fixture(scope="module")
def narrow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with as few threads as it may have."""
    from tests.conftest import start_server

    server = start_server(tmp_path_factory.mktemp("serving") / "data", THREADS=2)
    server.command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def key(narrow_server: Server) -> str:
    return narrow_server.command("key", "create", "ann")


def upload(server: Server, key: str, name: str) -> dict[str, dict[str, str]]:
    answer = requests.post(
        server.base + "/api/1/upload",
        files={"source": sample(name).open("rb")},
        headers={"X-API-Key": key},
        timeout=60,
    )
    image: dict[str, dict[str, str]] = answer.json()["image"]
    return image


def big_file(server: Server) -> Path:
    path = server.data / "public" / BIG.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(BIG_BYTES)  # sparse: it takes no room
    return path


def log_in(server: Server) -> requests.Session:
    session = requests.Session()
    page = session.get(server.base + "/login", timeout=10).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = session.post(
        server.base + "/login",
        data={"name": "ann", "password": PASSWORD, "csrf_token": token[1]},
        timeout=10,
    )
    assert answer.status_code == 200 and session.cookies
    return session


REQUESTS: list[dict[str, str]] = [
    {},
    {"If-None-Match": "*"},
    {"If-None-Match": '"other"'},
    {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    {"If-Modified-Since": "never"},
    {"Range": "bytes=0-9"},
    {"Range": "bytes=-7"},
    {"Range": "bytes=5-"},
    {"Range": "bytes=99999999-"},
    {"Range": "bytes=x"},
    {"Range": "bytes=0-9", "If-Range": '"other"'},
    {"Range": "bytes=0-9", "If-Range": "garbage"},
]


@pytest.mark.parametrize(
    "name",
    ["alpha.png", "plain.jpg", "animated.gif", "still.webp", "clip.mp4", "clip.webm", "still.avif"],
)
def test_the_loop_answers_as_the_views_do(name: str, narrow_server: Server, key: str) -> None:
    image = upload(narrow_server, key, name)
    if name not in ("alpha.png", "still.webp"):  # they are shown themselves
        image["tile"] = {"url": image["thumb"]["url"].replace(".th.", ".tl.")}
    views = create_app({"DATA": narrow_server.data, "TESTING": True}).test_client()
    with requests.Session() as session:
        session.headers.clear()
        for size in ("image", "thumb", "medium", "tile"):
            path = urlsplit(image[size]["url"]).path if image.get(size) else None
            for headers in REQUESTS if path else []:
                for method in ("GET", "HEAD"):
                    by_view = views.open(
                        path, method=method, headers=headers, base_url=narrow_server.base
                    )
                    by_loop = session.request(
                        method, narrow_server.base + str(path), headers=headers, timeout=10
                    )
                    assert (by_loop.status_code, by_loop.content) == (
                        by_view.status_code,
                        by_view.data,
                    ), (path, method, headers)
                    # Flask-Login asks the session for every answer
                    own = {"Date", "Server", "Vary", "X-Request-Id"}
                    assert {k: v for k, v in by_loop.headers.items() if k not in own} == {
                        k: v for k, v in by_view.headers.items() if k not in own
                    }, (path, method, headers)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/images/../secret_key", 404),
        ("/images/..%2fsecret_key", 404),
        ("/images/%2e%2e/secret_key", 404),
        ("/images/.keepsake", 404),
        ("//images/2026/01/01/none.png", 404),
        ("/images/2026/01/01/none.png", 404),
        ("/images/2026/01/01/a%00.png", 404),
        ("/images/2026/01/01/%0d%0aX:%20y.png", 404),
        ("/images/" + "a/" * 1000 + "b.png", 404),
    ],
)
def test_addresses_that_lead_nowhere(path: str, status: int, narrow_server: Server) -> None:
    big_file(narrow_server)
    parts = urlsplit(narrow_server.base)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as sock:
        sock.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        assert sock.recv(12) == f"HTTP/1.1 {status}".encode()


def test_requests_one_behind_the_other_are_answered_in_order(
    narrow_server: Server, key: str
) -> None:
    """Pipelined (RFC 9112, 9.3.2): by the loop, by a thread, by the loop again, and the connection
    goes on after a 304.
    """
    first, second = (
        urlsplit(upload(narrow_server, key, name)["image"]["url"]).path
        for name in ("alpha.png", "pixel.png")
    )
    parts = urlsplit(narrow_server.base)
    lines = [
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{more}"
        for path, more in (
            (first, ""),
            ("/healthz", ""),
            (second, ""),
            (first, "If-None-Match: *\r\n"),
            (BIG, "Range: bytes=3-7\r\n"),
            (second, "Connection: close\r\n"),
        )
    ]
    big_file(narrow_server)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as sock:
        sock.sendall("".join(line + "\r\n" for line in lines).encode())
        data = b""
        while part := sock.recv(65536):
            data += part
    assert re.findall(rb"HTTP/1\.1 (\d+)", data) == [b"200", b"200", b"200", b"304", b"206", b"200"]
    assert data.endswith(sample("pixel.png").read_bytes())


SLOW: dict[str, str] = {
    "whole": "",
    "range": "Range: bytes=0-200000000\r\n",
    "to the end": "Range: bytes=5-\r\n",
    "several ranges": "Range: bytes=0-99999999,100000001-200000000\r\n",
    "original": "",
}


@pytest.mark.parametrize("behind", ["", "file", "page"])
@pytest.mark.parametrize("kind", SLOW)
def test_fifty_readers_that_do_not_read_hold_nobody_up(
    kind: str, behind: str, narrow_server: Server, key: str
) -> None:
    """Also where they ask for the same, or for a page, ``behind`` what they don't read."""
    thumb = upload(narrow_server, key, "plain.jpg")["thumb"]["url"]
    big_file(narrow_server)
    path, cookie = BIG, ""
    if kind == "original":
        image = upload(narrow_server, key, "gps-nikon.jpg")
        stored = narrow_server.data / "public" / urlsplit(image["image"]["url"]).path.lstrip("/")
        with stored.open("r+b") as file:
            file.truncate(BIG_BYTES)
        path = f"/original/{image['id_encoded']}"
        cookie = (
            "Cookie: "
            + "; ".join(f"{c.name}={c.value}" for c in log_in(narrow_server).cookies)
            + "\r\n"
        )
    parts = urlsplit(narrow_server.base)
    with ExitStack() as open_ones:
        for _ in range(50):
            sock = open_ones.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect((parts.hostname, parts.port))
            slow = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{cookie}{SLOW[kind]}\r\n"
            page = f"GET /login HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
            sock.sendall((slow + {"": "", "file": slow, "page": page}[behind]).encode())
            sock.settimeout(20)
            assert sock.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 206")
        for _ in range(5):  # more than there are threads
            for address in (narrow_server.base + "/healthz", narrow_server.base + "/login", thumb):
                assert requests.get(address, timeout=10).status_code == 200


def test_a_reader_that_went_away_leaves_no_file_open(narrow_server: Server) -> None:
    path = big_file(narrow_server)
    parts = urlsplit(narrow_server.base)
    for extra in ("", "Range: bytes=0-200000000\r\n"):
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as sock:
            sock.sendall(f"GET {BIG} HTTP/1.1\r\nHost: {parts.netloc}\r\n{extra}\r\n".encode())
            sock.recv(12)
    requests.get(narrow_server.base + "/healthz", timeout=10)

    def still_open() -> list[Path]:
        return [
            fd
            for fd in Path(f"/proc/{narrow_server.process.pid}/fd").iterdir()
            if fd.is_symlink() and fd.readlink() == path
        ]

    until(lambda: not still_open())


def test_no_text_from_outside_ends_a_header_line(make_server: Callable[..., Server]) -> None:
    server = make_server()
    key = key_on(server)
    answer = requests.post(
        server.base + "/api/1/upload",
        headers={"X-API-Key": key, "Content-Type": "multipart/form-data; boundary=b"},
        timeout=30,
        data=b'--b\r\nContent-Disposition: form-data; name="source"; filename="x.png"\r\n\r\n'
        + sample("pixel.png").read_bytes()
        + b"\r\n--b--\r\n",
    )
    public_id = answer.json()["image"]["id_encoded"]
    session = log_in(server)
    for name in (
        "a\r\nSet-Cookie: x=1.png",
        "a\nb.png",
        "a\x00b.png",
        "\u2028.png",
        '"quoted".png',
        "ü\r\n.png",
    ):
        with sqlite3.connect(server.data / "keepsake.sqlite3") as database:
            database.execute(
                "UPDATE upload SET original_filename = ? WHERE public_id = ?", (name, public_id)
            )
        database.close()
        got = session.get(f"{server.base}/original/{public_id}", timeout=10)
        assert got.status_code == 200 and "Set-Cookie" not in {
            k for k in got.headers if got.headers[k] == "x=1.png"
        }, name
        assert got.content == sample("pixel.png").read_bytes()
