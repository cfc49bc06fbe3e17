"""Fifty people send by one link at once, in two processes: no more than its limit, none by half."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import requests

from services.data_folder import DATABASE
from tests.conftest import Server, csrf_token, key_on, sample
from tests.e2e.sharing import link_of

SENDERS, FILES = 50, 20
DATA = sample("pixel.png").read_bytes()


@pytest.mark.parametrize("limit", [{"max_files": FILES}, {"max_mb": 1}])
def test_fifty_do_not_pass_a_limit_together(
    limit: dict[str, Any], make_server: Callable[..., Server]
) -> None:
    first = make_server()
    servers = [first, make_server(first.data)]
    key_on(first)
    data = DATA if "max_files" in limit else DATA + b"\0" * (1_000_000 // FILES - len(DATA))
    barrier = Barrier(SENDERS)
    with link_of(first, **limit) as (address, _):
        path = address.removeprefix(first.base) + "/add"

    def send(number: int) -> tuple[int, str]:
        base = servers[number % 2].base
        browser = requests.Session()
        token = csrf_token(browser.get(base + path, timeout=60).text)
        barrier.wait(60)
        answer = browser.post(
            base + path,
            data={"sender": f"Tom {number}"},
            files={"source": (f"{number}.png", data)},
            headers={"Accept": "application/json", "X-CSRFToken": token},
            timeout=60,
        )
        return answer.status_code, answer.json().get("words", {}).get("text", "")

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(send, range(SENDERS)))
    with contextlib.closing(sqlite3.connect(first.data / DATABASE)) as database:
        counts = database.execute("SELECT added_files, added_bytes FROM share_link").fetchone()
        (rows,) = database.execute("SELECT count(*) FROM contribution").fetchone()
        (uploads,) = database.execute("SELECT count(*) FROM upload").fetchone()
        (waiting,) = database.execute("SELECT count(*) FROM journal").fetchone()
    assert counts == (FILES, FILES * len(data)) and (rows, uploads, waiting) == (FILES, FILES, 0)
    assert [status for status, _ in answers].count(200) == FILES
    assert {text.partition(":")[0] for status, text in answers if status != 200} <= {
        "Too many", "Too much",
    }  # fmt: skip
    assert {status for status, _ in answers} == {200, 400}
    pictures = [path for path in first.data.rglob("images/**/*.png") if ".th." not in path.name]
    assert len(pictures) == FILES and not list((first.data / "tmp").glob("*"))


@pytest.mark.parametrize(
    ("link", "status"),
    [({"max_mb": 1}, 400), ({"max_files": 0}, 400), ({"may_add": False}, 404), (None, 404)],
)
def test_a_large_body_is_refused_before_it_is_sent(
    link: dict[str, Any] | None, status: int, server: Server, server_key: str
) -> None:
    with link_of(server, **(link or {})) as (address, _):
        page = address if link else f"{server.base}/s/{'x' * 22}"
    browser = requests.Session()
    token = csrf_token(browser.get(server.base + "/login", timeout=60).text)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = (
        f"POST {page.removeprefix(server.base)}/add HTTP/1.1\r\nHost: localhost\r\n"
        f"Accept: application/json\r\nX-CSRFToken: {token}\r\nCookie: {cookie}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000000\r\n\r\n"
    )
    port = int(server.base.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).split()[1] == str(status).encode()
