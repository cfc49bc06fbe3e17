"""One key, many requests, two processes: one upload."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from models import connector
from tests.conftest import Server, key_on, sample, until
from tests.e2e.proxy import LosingProxy

PARALLEL = 64
TIMEOUT = 60


@pytest.fixture(scope="module")
def servers(make_server: Callable[..., Server]) -> list[Server]:
    first = make_server()
    return [first, make_server(first.data)]


@pytest.fixture(scope="module")
def api_key(servers: list[Server]) -> str:
    return key_on(servers[0])


def send(base: str, api_key: str, key: str, name: str = "plain.jpg") -> requests.Response:
    headers = {"X-API-Key": api_key, "Idempotency-Key": key}
    files = {"source": (name, sample(name).read_bytes())}
    return requests.post(f"{base}/api/1/upload", files=files, headers=headers, timeout=TIMEOUT)


def send_until_answered(base: str, api_key: str, key: str) -> requests.Response:
    """As a program with retries does."""
    answers: list[requests.Response] = []

    def is_answered() -> bool:
        with contextlib.suppress(requests.ConnectionError):
            answers.append(send(base, api_key, key))
        return bool(answers) and answers[-1].status_code not in (409, 503)

    until(is_answered)
    return answers[-1]


def count(server: Server) -> int:
    with connector(server.data / "keepsake.sqlite3")() as database:
        number: int = database.execute("SELECT count(*) FROM upload").fetchone()[0]
    return number


def test_many_at_once_over_two_processes(servers: list[Server], api_key: str) -> None:
    before = count(servers[0])
    bases = [servers[number % 2].base for number in range(PARALLEL)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda base: send(base, api_key, "many"), bases))
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {200, 409} and told[200], told
    assert count(servers[0]) == before + 1
    assert all("Retry-After" in one.headers for one in answers if one.status_code == 409)
    later = [send(server.base, api_key, "many").json()["image"] for server in servers]
    ids = {one.json()["image"]["id_encoded"] for one in answers if one.status_code == 200}
    assert ids == {image["id_encoded"] for image in later} and len(ids) == 1
    assert len({image["delete_url"].rpartition("/")[2] for image in later}) == 1


def test_each_third_answer_is_lost(servers: list[Server], api_key: str) -> None:
    before = count(servers[0])
    proxy = LosingProxy(servers[0].base, "/api/1/upload", lose=100, every=3)
    try:
        ids = {
            send_until_answered(proxy.base, api_key, f"lost-{n}").json()["image"]["id_encoded"]
            for n in range(9)
        }
    finally:
        proxy.close()
    assert proxy.lost >= 3 and len(ids) == 9 and count(servers[0]) == before + 9


def test_a_killed_process_does_not_hold_the_key(
    make_server: Callable[..., Server], servers: list[Server], api_key: str
) -> None:
    """It works on a large file as it is killed; the other one takes the same key at once."""
    doomed = make_server(servers[0].data)
    refused: list[Any] = []

    def upload() -> None:
        try:
            send(doomed.base, api_key, "killed", "iphone-gps-8mp.jpg")
        except requests.ConnectionError as error:
            refused.append(error)

    thread = threading.Thread(target=upload)
    thread.start()
    until(lambda: _is_claimed(servers[0]), every=0.002)
    waits = send(servers[0].base, api_key, "killed", "iphone-gps-8mp.jpg").status_code
    doomed.process.send_signal(signal.SIGKILL)
    doomed.process.wait()
    thread.join()
    again = send(servers[1].base, api_key, "killed", "iphone-gps-8mp.jpg")
    assert waits in (409, 200) and again.status_code == 200
    assert again.json()["image"]["original_filename"] == "iphone-gps-8mp.jpg"
    with connector(servers[0].data / "keepsake.sqlite3")() as database:
        same = "SELECT count(*) FROM upload WHERE original_filename = 'iphone-gps-8mp.jpg'"
        assert database.execute(same).fetchone()[0] == 1


def _is_claimed(server: Server) -> bool:
    with connector(server.data / "keepsake.sqlite3")() as database:
        held = "SELECT count(*) FROM idempotency_key WHERE sealed IS NULL"
        return bool(database.execute(held).fetchone()[0])
