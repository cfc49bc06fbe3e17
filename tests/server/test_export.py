"""The ZIP of a person's data from a real server: a slow reader holds no thread, and who went away
leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import io
import socket
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from PIL import Image

from tests.conftest import PASSWORD, Server, csrf_token, key_on, until

FILES, READERS = 3, 3  # one more reader than there are threads


def logged_in(server: Server) -> tuple[requests.Session, str]:
    """A browser that has given the password, and its token."""
    session = requests.Session()
    for path in ("/login", "/settings/confirm"):
        token = csrf_token(session.get(server.base + path, timeout=20).text)
        form = {"csrf_token": token, "name": "ann", "password": PASSWORD}
        session.post(server.base + path, data=form, timeout=20, allow_redirects=False)
    return session, csrf_token(session.get(server.base + "/settings/data", timeout=20).text)


def request(server: Server, session: requests.Session, token: str) -> bytes:
    body = urlencode({"csrf_token": token})
    cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
    return (
        f"POST /settings/data/export HTTP/1.1\r\nHost: {urlsplit(server.base).netloc}\r\n"
        f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    path = tmp_path / "noise.png"
    Image.effect_noise((2500, 2000), 90).save(path, compress_level=0)
    return path


def test_slow_readers_hold_no_thread(make_server: Callable[..., Server], noise: Path) -> None:
    server = make_server(THREADS=2)
    key = key_on(server)
    for _ in range(FILES):
        with noise.open("rb") as source:
            answer = requests.post(
                server.base + "/api/1/upload",
                files={"source": source},
                headers={"X-API-Key": key},
                timeout=60,
            )
        assert answer.status_code == 200
    session, token = logged_in(server)
    parts = urlsplit(server.base)
    with ExitStack() as open_ones:
        for _ in range(READERS):
            sock = open_ones.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.settimeout(20)
            sock.connect((parts.hostname, parts.port))
            sock.sendall(request(server, session, token))
            assert sock.recv(12) == b"HTTP/1.1 200"
        for path in ("/healthz", "/login", "/healthz", "/login"):
            assert requests.get(server.base + path, timeout=10).status_code == 200
        form = {"csrf_token": token}
        url = server.base + "/settings/data/export"
        assert session.post(url, data=form, timeout=20).status_code == 503  # a fourth

    def answered() -> bool:
        """What they held is free."""
        with session.post(url, data=form, timeout=60, stream=True) as answer:
            return answer.status_code == 200

    until(answered)
    answer = session.post(url, data=form, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.content))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    wanted = hashlib.sha256(noise.read_bytes()).hexdigest()
    files = [name for name in archive.namelist() if name != "data.json"]
    assert len(files) == FILES
    for name in files:
        assert hashlib.sha256(archive.read(name)).hexdigest() == wanted
