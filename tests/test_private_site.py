"""Every route of the site map on a private site × everybody who isn't logged in, of an upload that
is public elsewhere; and the same files over HTTP, in a second process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from blueprints import SITE_MAP
from services.keys import issue_guest_key
from tests.conftest import (
    PASSWORD,
    Person,
    Server,
    applications,
    csrf_token,
    key_on,
    path_of,
    sample,
    until,
)
from tests.test_side_doors import DOORS, STRANGERS, Hidden, Scenario, ask

# What needs no log-in: the ways in, what a key or a secret in the address opens, and what says
# nothing of anybody.
OPEN = {
    "/api", "/api/<old:rest>", "/api/1/upload", "/1/upload", "/api/2/upload", "/api/openapi.json",
    "/api/2/uploads", "/api/2/uploads/<public_id>", "/api/2/albums", "/api/2/albums/<public_id>",
    "/api/2/tags", "/api/2/tags/<name>",
    "/image/<public_id>/delete/<token>", "/clip/<public_id>/delete/<token>",
    "/s/<token>", "/s/<token>/open", "/s/<token>/password", "/s/<token>/<upload_id>",
    "/s/<token>/file/<upload_id>/<which>",
    "/s/<token>/add", "/s/<token>/add/arrived", "/s/<token>/add/<upload_id>/take-back",
    "/feed/<secret>/<kind>/<name>", "/setup/<token>", "/login", "/logout", "/account", "/sign-up",
    "/join/<token>", "/join/<token>/options", "/join/<token>/passkey", "/reset/<token>",
    "/forgot", "/email/<token>", "/login/second", "/login/second/options", "/login/second/passkey",
    "/login/passkey", "/login/passkey/options", "/login/openid", "/login/openid/callback",
    "/static/<digest>/<path:name>", "/logo/<public_id>", "/sdk/pup.js", "/healthz", "/metrics",
    "/robots.txt", "/styleguide", "/s/<token>/zip", "/s/<token>/frame",
    "/s/<token>/frame/files",
    "/check/<token>/seen", "/check/<token>/file", "/check/<token>/body",
    "/check/<token>/long", "/check/<token>/wait/<int:seconds>",
}  # fmt: skip
ACCEPTS = ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "image/avif,*/*")


@pytest.fixture(scope="module")
def scenario(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenario]:
    with applications(blank_data, tmp_path_factory.mktemp("closed")) as make:
        yield Scenario(
            make(PRIVATE_SITE=True, EXPLORE="everyone", GUEST_UPLOADS=True, VISIBILITY="public"),
            "public",
        )


@pytest.fixture(scope="module")
def hidden(scenario: Scenario) -> Hidden:
    return scenario.hide()


def test_only_these_are_open() -> None:
    assert {route.rule for route in SITE_MAP} >= OPEN


@pytest.mark.parametrize("accept", ACCEPTS)
def test_no_route_tells_anything(scenario: Scenario, hidden: Hidden, accept: str) -> None:
    for route, door in DOORS.items():
        method, rule = route.split(" ")
        for visitor in sorted(STRANGERS):
            if visitor == "key" and rule.startswith("/api/2/"):
                continue  # it goes on opening what is its person's
            client = scenario.client_of(visitor) if rule == "/logout" else scenario.clients[visitor]
            for path in door.paths:
                for verb in (method, "HEAD") if method == "GET" else (method,):
                    answer, asked = ask(client, verb, hidden, path, door, Accept=accept)
                    case = (verb, asked, visitor)
                    assert hidden.told_by(answer, asked) == [], case
                    if rule in OPEN:
                        continue
                    assert answer.headers["Cache-Control"] == "no-store", case
                    if "text/html" in accept:
                        assert answer.status_code == 302, case
                        assert answer.location.partition("?")[0] == "/login", case
                    elif accept == "application/json":
                        assert answer.status_code == 403, case
                    else:
                        assert answer.status_code == 404, case
                        assert answer.text in ("Not found\n", ""), case


def test_members_get_it_and_no_cache_keeps_it(scenario: Scenario, hidden: Hidden) -> None:
    other = scenario.clients["other"]
    assert hidden.marks[0] in other.get(hidden.names["viewer"]).text.casefold()
    for name in ("file", "thumb", "tile"):
        answer = other.get(hidden.names[name])
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Everyone with an account and the link." in other.get("/").text


def test_secrets_and_keys_go_on(scenario: Scenario) -> None:
    hidden, guest = scenario.hide(), scenario.app.test_client()
    page = scenario.clients["other"].get("/user/ann").text
    feed = re.search(r'href="[^"]*(/feed/[^"]+)"', page)
    assert feed and "sesame" in guest.get(feed[1]).text.casefold()
    link = path_of(hidden.image["delete_url"])
    form = guest.get(link, headers={"Accept": "text/html"})
    assert form.status_code == 200 and "/images/" not in form.text
    assert guest.delete(link).status_code == 200
    with scenario.app.app_context():
        key = issue_guest_key()
    answer = Person(scenario.app, "", key, guest).upload("pixel.png")
    assert (answer.status_code, answer.json["error"]["message"]) == (400, "Request denied")


def test_the_ways_in_and_the_machine(scenario: Scenario) -> None:
    guest = scenario.app.test_client()
    assert guest.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert guest.get("/healthz").status_code == 200
    page = guest.get("/login").text
    assert "/explore" not in page and 'role="search"' not in page
    told = guest.get("/api")
    assert told.status_code == 400 and "Invalid API version" in told.text
    assert guest.get("/api", headers={"Accept": "text/html"}).location.startswith("/login")
    answer = guest.get("/explore?q=a", headers={"Accept": "text/html"})
    assert answer.location == "/login?next=%2Fexplore%3Fq%3Da"


def test_a_stranger_s_view_is_the_log_in(scenario: Scenario, hidden: Hidden) -> None:
    path = f"/manage/{hidden.names['id']}/stranger"
    page = scenario.clients["owner"].get(path, headers={"Accept": "text/html"}).text
    assert "People without an account can't open this file." in page
    assert 'name="password"' in page


# --- over HTTP, in two processes


@pytest.fixture(scope="module")
def two(
    make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> list[Server]:
    data = tmp_path_factory.mktemp("private") / "data"
    return [make_server(data, EXPLORE="everyone") for _ in range(2)]


def logged_in(server: Server) -> requests.Session:
    session = requests.Session()
    token = csrf_token(session.get(server.base + "/login", timeout=30).text)
    form = {"csrf_token": token, "name": "ann", "password": PASSWORD}
    session.post(server.base + "/login", data=form, timeout=30)
    return session


def test_it_closes_in_every_process_until(
    two: list[Server], make_server: Callable[..., Server]
) -> None:
    key = key_on(two[0])
    with sample("plain.jpg").open("rb") as file:
        image = requests.post(
            two[0].base + "/api/1/upload",
            files={"source": file},
            headers={"X-API-Key": key},
            timeout=60,
        ).json()["image"]
    paths = [path_of(image[size]["url"]) for size in ("image", "thumb", "medium")]
    viewer, html = image["path_viewer"], {"Accept": "text/html"}

    def statuses(server: Server) -> list[int]:
        files = [requests.get(server.base + path, timeout=30) for path in paths]
        page = requests.get(
            server.base + viewer, headers=html, timeout=30, allow_redirects=False
        )  # a second time from the cache of guests' pages
        return [answer.status_code for answer in (*files, page)]

    for server in (*two, *two):
        assert statuses(server) == [200, 200, 200, 200]
    etag = requests.head(two[1].base + paths[0], timeout=30).headers["ETag"]
    two[0].command("settings", "set", "PRIVATE_SITE", "on")
    until(lambda: [statuses(one) for one in two] == [[404, 404, 404, 302]] * 2)
    third = make_server(two[0].data)  # from its first answer on
    for server in (*two, third):
        assert statuses(server) == [404, 404, 404, 302]
        for headers in ({"If-None-Match": etag}, {"Range": "bytes=0-9"}, {"If-Range": etag}):
            answer = requests.get(server.base + paths[0], headers=headers, timeout=30)
            assert (answer.status_code, answer.text) == (404, "Not found\n")
            assert answer.headers["Cache-Control"] == "no-store"
    ann = logged_in(two[1])
    answer = ann.get(two[1].base + paths[0], timeout=30)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.content == asked_again(ann, two[1].base + paths[0], etag)
    two[1].command("settings", "reset", "PRIVATE_SITE")
    until(lambda: [statuses(one) for one in two] == [[200, 200, 200, 200]] * 2)


def asked_again(session: requests.Session, url: str, etag: str) -> bytes:
    """Asked again by a browser that has it: nothing is sent twice."""
    again = session.get(url, headers={"If-None-Match": etag}, timeout=30)
    assert again.status_code == 304
    return session.get(url, timeout=30).content
