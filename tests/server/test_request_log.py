"""The line of each request, and the id that it has in common with its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from server.answered import shortened
from tests.conftest import PASSWORD, Server, key_on, sample, until
from tests.server.wire import ask

SECRET = "Zq7mVt2LpXw9RbKd"
ID = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(LOG_FORMAT="json", LOG_LEVEL="debug")


@pytest.fixture(scope="module")
def behind(make_server: Callable[..., Server]) -> Server:
    return make_server(TRUSTED_PROXIES=1)


def line_of(server: Server, answer: Any) -> dict[str, Any]:
    """What the log says of a request; its line may come after its answer."""
    request_id = answer.headers["X-Request-Id"]

    def lines() -> list[dict[str, Any]]:
        written = [one for one in server.log.splitlines() if one.startswith("{")]
        documents = [json.loads(one) for one in written if request_id in one]
        return [one for one in documents if one["logger"] == "keepsake.request"]

    until(lines, otherwise=lambda: server.log)
    (line,) = lines()
    return line


def test_a_page_has_a_line_without_what_its_address_has(server: Server) -> None:
    answer = requests.get(f"{server.base}/reset/{SECRET}?key={SECRET}", timeout=30)
    line = line_of(server, answer)
    assert (line["method"], line["route"], line["status"]) == ("GET", "/reset/<token>", 404)
    assert line["bytes"] == int(answer.headers["Content-Length"]) and line["ms"] >= 0
    assert line["client"] == "127.0.0.1" and line["user"] is None and line["level"] == "info"
    assert answer.headers["X-Request-Id"] in answer.text


def test_each_way_to_answer_writes_one(server: Server) -> None:
    key = key_on(server)
    session = requests.Session()
    uploaded = session.post(
        server.base + "/api/1/upload",
        files={"source": sample("plain.jpg").open("rb")},
        headers={"X-API-Key": key},
        timeout=30,
    )
    line = line_of(server, uploaded)
    assert line["route"] == "/api/1/upload" and line["user"]
    image = uploaded.json()["image"]
    public = line_of(server, session.get(image["url"], timeout=30))
    assert public["route"] == "/images/<path:relative>" and public["bytes"] == image["size"]
    assert public["level"] == "debug"
    assert line_of(server, session.head(image["url"], timeout=30))["bytes"] == 0
    assert line_of(server, session.get(server.base + "/healthz", timeout=30))["level"] == "debug"
    assert line_of(server, session.get(server.base + "/no/such", timeout=30))["route"] == "(none)"
    # asked about its body, which is refused
    big = session.post(
        server.base + "/api/1/upload",
        data=b"x" * 2_000_000,
        headers={"X-API-Key": "no"},
        timeout=30,
    )
    assert line_of(server, big)["status"] == big.status_code == 400
    delete = session.get(image["delete_url"], timeout=30)
    assert line_of(server, delete)["route"] == "/image/<public_id>/delete/<token>"
    assert key not in server.log and image["delete_url"].rpartition("/")[2] not in server.log


def test_what_is_no_request_has_one_too(server: Server) -> None:
    answer = ask(server, b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n")
    said = answer.headers["x-request-id"]
    until(lambda: f'"request": "{said}"' in server.log)
    answer = ask(server, f"\x1b[2J{SECRET} /a HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    until(lambda: answer.headers["x-request-id"] in server.log)
    assert SECRET not in server.log and "\x1b" not in server.log


def test_a_log_in_says_who(server: Server) -> None:
    server.command("user", "create", "lily", "--password-stdin", stdin=PASSWORD + "\n")
    session = requests.Session()
    token = session.get(server.base + "/login", timeout=30).text
    token = token.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    form = {"csrf_token": token, "name": "lily", "password": PASSWORD}
    session.post(server.base + "/login", data=form, timeout=30)
    answer = session.get(server.base + "/settings", timeout=30)
    assert line_of(server, answer)["user"] and PASSWORD not in server.log


def test_only_a_trusted_proxy_names_a_request(server: Server, behind: Server) -> None:
    def id_from(of: Server, given: str) -> str:
        headers = {"X-Request-Id": given}
        return requests.get(of.base + "/login", headers=headers, timeout=30).headers["X-Request-Id"]

    assert id_from(server, ID) != ID
    assert id_from(behind, ID) == ID
    until(lambda: f"(request {ID})" in behind.log)
    assert len(id_from(behind, "not a good one")) == 8


def test_what_fails_is_a_warning(make_server: Callable[..., Server]) -> None:
    server = make_server(LOG_LEVEL="warning")
    requests.get(server.base + "/login", timeout=30)
    (server.data / "public" / ".keepsake").unlink()
    answer = requests.get(server.base + "/healthz", timeout=30)
    assert answer.status_code == 503
    until(lambda: f"(request {answer.headers['X-Request-Id']})" in server.log)
    assert "WARNING keepsake.request GET /healthz 503" in server.log
    assert "/login" not in server.log


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3::4", "2001:db8:1::"),
        ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("", "(none)"), ("a\nb", "(none)"),
    ],
)  # fmt: skip
def test_addresses_are_shortened(address: str, short: str) -> None:
    assert shortened(address) == short
