"""The page of a check, its words, and its test addresses, which are no way in."""

from __future__ import annotations

import ast
import dataclasses
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http import check_words, preview_words
from blueprints.http.checked import new_run, parse_run
from blueprints.http.checking import browser_base
from blueprints.http.proxy_lines import LINES
from services.checks import answers, embeds, outside, plan, requests
from services.checks.client import Answer, Client, Unreached
from services.checks.findings import Finding, Verdict
from services.checks.running import LASTS, MOST_ASKED, MOST_AT_ONCE, MOST_WAITS, Checks
from tests.conftest import ROOT, Person, csrf_token, log_in, make_person, stored_files


@pytest.fixture
def boss(app: Flask) -> FlaskClient:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss.client


def run_of(app: Flask) -> str:
    with app.app_context():
        return new_run()


LOOKS_AT_ANSWERS = (
    answers.answer_buffering, answers.ranges, answers.head, answers.types, answers.pages_packed,
    answers.files_packed, answers.cache, answers.photos, answers.wait,
)  # fmt: skip


UNFIXED = ("cut", "twice", "stopped")  # what no line of a configuration mends


# --- words

VALUES = {
    "base": "b", "status": 1, "seen": "s", "scheme": "https", "hops": 1, "trusted": 0, "host": "h",
    "bytes": 1_000_000, "wanted": 2, "how": "gzip", "seconds": 5, "why": "x", "url": "u",
    "kind": "k", "most": 1,
}  # fmt: skip


def findings_in_code() -> set[tuple[str, str]]:
    """What is wrong as `services/checks/` says it: about and reason."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "services/checks").glob("*.py")]
    calls = [
        node for tree in trees for node in ast.walk(tree)
        if isinstance(node, ast.Call) and len(node.args) == 2
        and ast.unparse(node.func) in ("bad", "hint", "unknown")
    ]  # fmt: skip
    constants = [[ast.literal_eval(one) for one in call.args if isinstance(one, ast.Constant)]
                 for call in calls]  # fmt: skip
    return {(about, reason) for about, reason in filter(lambda pair: len(pair) == 2, constants)}


def test_everything_that_can_be_found_has_words(app: Flask) -> None:
    found = findings_in_code() | {("scheme", "wrong"), ("scheme", "not_trusted")}
    assert len(found) > 25
    with app.app_context():
        for about, reason in found | set(check_words.WRONG) - {("", "stopped")}:
            one = Finding(about, Verdict.BAD, reason, VALUES)
            assert check_words.title(one) and check_words.text(one)
            is_stopped = reason == "stopped"
            assert is_stopped == ("couldn't be found out" in check_words.text(one))
            if about not in ("reach", "wait") and reason not in UNFIXED:
                assert check_words.lines(one), (about, reason)
        for about in check_words.TITLES:
            assert check_words.text(Finding(about, Verdict.GOOD, values=VALUES))
        for name in preview_words.PREVIEW_WRONG:
            assert preview_words.problem(name, VALUES)
    assert {about for about, _ in LINES} <= set(check_words.TITLES)


# --- how a request is seen


def seen(scheme: str = "https", host: str = "home.example", **forwarded: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in forwarded.items()}
    return {"scheme": scheme, "host": host, "client": "203.0.113.7", "forwarded": named}


@pytest.mark.parametrize(
    ("facts", "trusted", "wrong"),
    [
        (seen(X_Forwarded_For="1.2.3.4"), 1, {}),
        (seen(), 0, {}),
        (seen("http", X_Forwarded_For="1.2.3.4"), 1, {"scheme": "no_header"}),
        (
            seen("http", X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="https"),
            0,
            {"scheme": "not_trusted", "proxies": "too_few"},
        ),
        (seen("http", X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="http"), 1, {"scheme": "wrong"}),
        (seen(X_Forwarded_For="1.2.3.4, 5.6.7.8"), 1, {"proxies": "too_few"}),
        (seen(X_Forwarded_For="1.2.3.4"), 2, {"proxies": "too_many"}),
        (seen(host="127.0.0.1:8000"), 0, {"host": "another"}),
    ],
)
def test_how_a_request_is_seen(facts: dict[str, Any], trusted: int, wrong: dict[str, str]) -> None:
    found = list(requests.seen_as(facts, "https://home.example/pics", trusted))
    assert {one.about: one.reason for one in found if one.verdict == "bad"} == wrong
    assert [one.about for one in found] == ["scheme", "host", "proxies"]


def test_the_browser_says_how_it_came_here(app: Flask) -> None:
    def base(origin: str) -> str:
        given = {"Origin": origin}
        known = {"keepsake.host": "localhost"}
        with app.test_request_context("/", headers=given, environ_overrides=known):
            return browser_base()

    assert base("https://localhost") == "https://localhost"
    for other in ("https://evil.example", "null", "", "javascript://localhost"):
        assert base(other) == ""


@pytest.mark.parametrize("body", [b"<h1>Maintenance</h1>", b"\xff\xfe", b"", b"[1]", b"7", b"{}"])
def test_what_a_proxy_answers_in_its_place_is_a_finding(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a page of a captive network, with status 200 and any length."""
    answer = Answer(200, {"content-length": "²"}, body)
    monkeypatch.setattr(Client, "ask", lambda *_, **__: answer)
    monkeypatch.setattr(Client, "send_part", lambda *_, **__: answer)
    monkeypatch.setattr(Client, "stall", lambda *_, **__: 200)
    asked = plan.Plan(Client("http://home.example"), "/check/x", 0, 1_000_000, lambda: 0)
    assert [one.reason for one in outside.look(asked)] == ["another"]
    for check in (requests.forged, requests.request_buffering, *LOOKS_AT_ANSWERS):
        assert check(asked).about


GOOD_PHOTO = {
    "x-request-id": "x", "content-type": "image/jpeg", "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "public, max-age=31536000, immutable",
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "changed", "reason"),
    [
        (206, {}, ""),
        (200, {}, "ranges"),
        (404, {}, "missing"),
        (206, {"x-request-id": None}, "others"),
        (206, {"content-type": "text/plain"}, "type"),
        (206, {"x-content-type-options": None}, "nosniff"),
        (206, {"content-security-policy": "default-src 'none'"}, "sandbox"),
        (206, {"cache-control": "no-cache"}, "cache"),
    ],
)
def test_a_proxy_that_serves_photos_itself(
    monkeypatch: pytest.MonkeyPatch, status: int, changed: dict[str, str | None], reason: str
) -> None:
    headers = {name: text for name, text in {**GOOD_PHOTO, **changed}.items() if text is not None}
    monkeypatch.setattr(Client, "ask", lambda *_, **__: Answer(status, headers))
    photo = plan.Photo("/images/a.jpg", "image/jpeg")
    asked = plan.Plan(Client("http://home.example"), "/check/x", 0, 1, lambda: 0, 0, photo)
    assert answers.photos(asked).reason == reason
    if reason != "others":  # on a private site nothing is right but a refusal
        private = dataclasses.replace(asked, is_private=True)
        assert answers.photos(private).reason == ("" if status == 404 else "open")
        assert answers.photos(dataclasses.replace(asked, photo=None)).reason == "no_photo"


def test_few_wait_at_once() -> None:
    checks = Checks()
    with ThreadPoolExecutor(8) as pool:
        waited = list(pool.map(lambda _: checks.wait("one", 0.2), range(8)))
    assert 1 <= sum(waited) <= 2  # one after the other at most
    assert [checks.wait("one", 0) for _ in range(3)] == [False] * 3
    assert [checks.wait("two", 0) for _ in range(MOST_WAITS + 1)] == [True] * MOST_WAITS + [False]


# --- previews


class Pages:
    """Answers of a site, by path."""

    base, is_secure = "https://home.example", True

    def __init__(self, html: str, image: Answer) -> None:
        self.html, self.image = html, image
        self.agents: list[str] = []

    def ask(self, path: str, headers: Mapping[str, str]) -> Answer:
        self.agents.append(headers["User-Agent"])
        if path == "/image/a":
            return Answer(200, {}, self.html.encode())
        assert path == "/images/a.jpg"
        return self.image


def problems_of(image: str, size: int = 1000, kind: str = "image/jpeg", rest: str = "") -> Any:
    tags = f'<meta property="og:title" content="A"><meta property="og:image" content="{image}">'
    whole = (
        f'{tags}<meta name="twitter:card" content="summary_large_image">{rest}'
        '<link rel="alternate" type="application/json+oembed" href="https://home.example/o">'
    )
    pages: Any = Pages(whole, Answer(200, {"content-length": str(size), "content-type": kind}))
    found = embeds.previews(pages, "/image/a")
    assert len(set(pages.agents)) == len(found) == 5
    return {one.reader: [name for name, _ in one.problems] for one in found}


def test_previews_show_what_is_wrong_with_tags() -> None:
    good = "https://home.example/images/a.jpg"
    assert not any(problems_of(good).values())
    large = problems_of(good, 700_000)
    assert large["WhatsApp"] == ["large"] and not large["Discord"]
    for image, problem in (
        ("/images/a.jpg", "relative"),
        ("http://home.example/images/a.jpg", "insecure"),
        ("https://evil.example/images/a.jpg", "another"),
        ("https://home.example.evil.example/images/a.jpg", "another"),
        ("", "no_image"),
    ):
        assert all(found == [problem] for found in problems_of(image).values())
    assert problems_of(good, kind="text/html")["Slack"] == ["image_type"]
    video = '<meta property="og:video" content="/a.mp4"><meta property="og:video:type" ' \
        'content="video/mp4">'  # fmt: skip
    found = problems_of(good, rest=video)
    assert found["Discord"] == ["relative"] and not found["WhatsApp"]


def test_a_page_that_is_far_too_long_is_cut() -> None:
    """Slack reads 32 KB."""
    late = " " * 40_000 + '<meta property="og:title" content="A">'
    pages: Any = Pages(late, Answer(404, {}))
    found = {one.reader: one for one in embeds.previews(pages, "/image/a")}
    assert not found["Slack"].title and found["Discord"].title == "A"


# --- test addresses


def test_they_need_a_check_that_runs(app: Flask, client: FlaskClient) -> None:
    token = run_of(app)
    assert client.get(f"/check/{token}/seen").status_code == 200
    for wrong in (token[:-1], token + "x", "x", "x" * 300, token.partition(".")[0]):
        assert client.get(f"/check/{wrong}/seen").status_code == 404
    other = make_person(app, "eve")
    log_in(other.client, "eve")
    assert other.client.get("/check/x/seen").status_code == 404


def test_a_check_ends(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    token = run_of(app)
    with app.app_context():
        now = time.time()
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + LASTS + 2)
        assert parse_run(token) is None


def test_nobody_floods_the_server_with_one(app: Flask, client: FlaskClient) -> None:
    token = run_of(app)
    answers = [client.get(f"/check/{token}/seen").status_code for _ in range(MOST_ASKED + 2)]
    assert answers == [200] * MOST_ASKED + [404] * 2


def test_a_body_is_thrown_away(app: Flask, client: FlaskClient) -> None:
    before = stored_files(app)
    answer = client.post(f"/check/{run_of(app)}/body", data=b"x" * 2_000_000)
    assert answer.get_json()["bytes"] == 2_000_000
    assert stored_files(app) == before
    most = client.post(
        f"/check/{run_of(app)}/body", data=b"x", environ_overrides={"CONTENT_LENGTH": str(10**13)}
    )
    assert most.status_code == 413


def test_a_file_has_ranges_and_a_tag(app: Flask, client: FlaskClient) -> None:
    path = f"/check/{run_of(app)}/file"
    part = client.get(path, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.data == plan.TEST_FILE[100:200]
    whole = client.get(path)
    again = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert whole.data == plan.TEST_FILE and again.status_code == 304


def test_few_run_at_once() -> None:
    checks = Checks()
    assert [checks.begin() for _ in range(MOST_AT_ONCE + 1)] == [True] * MOST_AT_ONCE + [False]
    checks.end()
    assert checks.begin()


# --- the page


def post(client: FlaskClient, **fields: str) -> Any:
    token = csrf_token(client.get("/admin/check").text)
    return client.post("/admin/check", data={"csrf_token": token, "wait": "0", **fields})


def test_what_is_entered_is_checked_first(boss: FlaskClient) -> None:
    assert post(boss, wait="9").status_code == 400
    gone = "http://localhost/image/gone1234"
    for wrong in ("not a link", "hello", "https://example.com/x", gone, "<b>", "x" * 3000):
        answer = post(boss, upload=wrong)
        assert answer.status_code == 400 and "From outside" not in answer.text


def test_it_asks_the_public_url_and_no_other_host(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a request calls the site: what answers there, and at which port, is nobody's
    business.
    """
    asked: list[tuple[str, str]] = []

    def ask(self: Client, path: str, *args: Any, **rest: Any) -> Answer:
        asked.append((self.base, path))
        raise Unreached("refused")

    monkeypatch.setattr(Client, "ask", ask)
    for url, bases in (("", set()), ("https://home.example", {"https://home.example"})):
        boss = make_person(make_app(PUBLIC_URL=url), "boss", admin=True)
        log_in(boss.client, "boss")
        token = csrf_token(boss.client.get("/admin/check").text)
        for given in (
            {"Host": "localhost:6379"},
            {"Origin": "http://localhost:6379"},
            {"Origin": "http://192.168.1.1"},
        ):
            form = {"csrf_token": token, "wait": "0", "upload": ""}
            answer = boss.client.post("/admin/check", data=form, headers=given)
            assert answer.status_code == 200, given
            assert "Nothing answers at" in answer.text or "PUBLIC_URL" in answer.text
        assert {base for base, _ in asked} == bases


def test_a_busy_server_says_so(boss: FlaskClient, app: Flask) -> None:
    checks = app.extensions["keepsake"].checks
    while checks.begin():
        pass
    answer = post(boss)
    assert answer.status_code == 503 and "Another check is running" in answer.text


def test_it_is_for_admins(app: Flask, ann: Person) -> None:
    log_in(ann.client)
    assert ann.client.get("/admin/check").status_code == 404
    assert not re.search("/admin/check", ann.client.get("/settings").text)
