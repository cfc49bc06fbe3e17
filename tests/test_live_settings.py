"""A change in the database is in force in every process on it, without a restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.conftest import Server, key_on, sample, until


@pytest.fixture(scope="module")
def two(
    make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> list[Server]:
    data = tmp_path_factory.mktemp("two") / "data"
    return [make_server(data, SITE_NAME="Ours") for _ in range(2)]


@pytest.fixture(scope="module")
def key(two: list[Server]) -> str:
    return key_on(two[0])


def name_of(server: Server) -> str:
    found = re.search("<h1>([^<]*)</h1>", requests.get(server.base, timeout=10).text)
    assert found
    return found[1]


def upload(server: Server, key: str, path: Path) -> requests.Response:
    with path.open("rb") as file:
        return requests.post(
            f"{server.base}/api/1/upload",
            files={"source": file},
            headers={"X-API-Key": key},
            timeout=30,
        )


def test_a_change_is_in_force_in_both_until(two: list[Server]) -> None:
    assert [name_of(server) for server in two] == ["Ours", "Ours"]
    assert (
        two[0].command("settings", "set", "site_name", "Theirs & ours")
        == "SITE_NAME is Theirs & ours"
    )
    until(lambda: [name_of(server) for server in two] == ["Theirs &amp; ours"] * 2)
    two[0].command("settings", "reset", "SITE_NAME")
    until(lambda: [name_of(server) for server in two] == ["Ours", "Ours"])


def test_the_loop_knows_the_largest_body_before_anybody_asked(
    two: list[Server], key: str, tmp_path: Path
) -> None:
    """It refuses what is announced as too large without asking the application, and so never waits
    for the database.
    """
    big = tmp_path / "big.jpg"
    big.write_bytes(sample("plain.jpg").read_bytes() + bytes(3_000_000))
    two[0].command("settings", "set", "MAX_UPLOAD_MB", "1")
    until(lambda: {upload(server, key, big).status_code for server in two} == {413})
    for server in two:
        answer = upload(server, key, big)
        assert (answer.status_code, answer.json()["error"]["message"]) == (
            413,
            "File too big - max 1 MB",
        )
    two[0].command("settings", "reset", "MAX_UPLOAD_MB")
    until(lambda: {upload(server, key, big).status_code for server in two} == {200})


def test_the_site_is_closed_and_opened(two: list[Server], key: str) -> None:
    two[1].command("settings", "set", "ALLOW_UPLOADS", "no")
    pixel = sample("pixel.png")
    until(lambda: {upload(server, key, pixel).status_code for server in two} == {400})
    assert [upload(server, key, pixel).json()["error"]["message"] for server in two] == [
        "Request denied"
    ] * 2
    two[1].command("settings", "set", "ALLOW_UPLOADS", "yes")
    until(lambda: {upload(server, key, pixel).status_code for server in two} == {200})


def test_commands(two: list[Server]) -> None:
    server = two[0]
    server.command("settings", "set", "STRIP", "everything")
    listed = dict(line.split("\t", 1) for line in server.command("settings", "list").splitlines())
    assert (listed["STRIP"], listed["SITE_NAME"], listed["EXPLORE"]) == (
        "everything\tdatabase",
        "Ours\tenvironment",
        "members\tdefault",
    )
    assert server.command("settings", "reset", "STRIP") == "STRIP is location"
    for words, why in (
        (("set", "STRIP", "all"), "STRIP must be one of nothing, location, everything"),
        (("set", "PORT", "1"), "PORT is read at the start"),
        (("reset", "COLOUR"), "COLOUR is not a setting"),
    ):
        with pytest.raises(AssertionError, match=why):
            server.command("settings", *words)
