"""Requests made against the real application and the real server, at random, for a while: nothing
that is sent makes an error of ours.

A few hundred requests in the normal suite, others with ``CI=true`` in every run, and a minute of
them with ``SOAK=1``. What fails is shrunk and printed as one line, which goes into ``kept.jsonl``:
each of its lines is sent again by every run. ``FUZZ_SEED`` repeats a run.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from models import Album, User, db
from tests.conftest import Person, Server, csrf_token, key_on, log_in, make_person, path_of
from tests.fuzz.sent import Known, Sent, check, no_traceback, through_app, through_server
from tests.fuzz.strategies import framings, requests, small_files

SOAK = os.environ.get("SOAK") == "1"
APP_SECONDS, SERVER_SECONDS = (40, 10) if SOAK else (0, 0)
APP_SEEDS, SERVER_SEEDS = 5, 2  # at the least
EXAMPLES = 60  # of one seed
KEPT = Path(__file__).parent / "kept.jsonl"
SETTINGS = {
    "TRUSTED_PROXIES": 1,
    "GUEST_UPLOADS": True,
    "EXPLORE": "everyone",
    "MAX_UPLOAD_MB": 2,
    "MAX_MEGAPIXELS": 4,
    "UPKEEP_SECONDS": 0,
}


def explore(
    strategy: st.SearchStrategy[Sent], look: Callable[[Sent], None], seeds: int, seconds: float = 0
) -> None:
    """Try requests of so many seeds, and of more until the time is over."""
    any_seed = random.randrange(2**32) if SOAK or os.environ.get("CI") == "true" else 0
    first = int(os.environ.get("FUZZ_SEED") or any_seed)
    end = time.monotonic() + seconds
    for number in itertools.count(first):
        try_seed(number, strategy, look)
        if number - first + 1 >= seeds and time.monotonic() > end:
            return


def try_seed(number: int, strategy: st.SearchStrategy[Sent], look: Callable[[Sent], None]) -> None:
    tried: list[Sent] = []

    def attempt(sent: Sent) -> None:
        tried.append(sent)
        look(sent)

    run = settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )(given(strategy)(attempt))
    try:
        seed(number)(run)()
    except Exception as error:
        line = tried[-1].to_line() if tried else ""  # Hypothesis ends with the smallest that fails
        pytest.fail(
            f"FUZZ_SEED={number} found this; mend it, and add the line to "
            f"{KEPT.name}:\n{line}\n{error!r}"
        )


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Person:
    return make_person(make_app(**SETTINGS), admin=True)


def known_of(person: Person) -> Known:
    """A session, an upload and an album that requests may name."""
    log_in(person.client)
    cookie = person.client.get_cookie("session")
    assert cookie
    image = person.uploaded("pixel.png")
    with person.app.app_context():
        album = Album.create(User.by_name(person.name), "Holidays")  # type: ignore[arg-type]
        db.session.commit()
        album_id = album.public_id
    return {
        "key": person.key,
        "session": cookie.value,
        "csrf": csrf_token(person.client.get("/").text),
        "id": image["id_encoded"],
        "token": image["delete_url"].rpartition("/")[2],
        "file": path_of(image["url"]).removeprefix("/images/"),
        "album": album_id,
    }


def look_in_app(person: Person, known: Known) -> Callable[[Sent], None]:
    def look(sent: Sent) -> None:
        sent = sent.with_known(known)
        with no_traceback():
            answer = through_app(person.app, sent)
        check(sent, answer)

    return look


def test_requests_against_the_application(site: Person) -> None:
    explore(requests(), look_in_app(site, known_of(site)), APP_SEEDS, APP_SECONDS)


def test_what_once_failed(site: Person) -> None:
    look = look_in_app(site, known_of(site))
    for line in KEPT.read_text().splitlines():
        try:
            look(Sent.from_line(line))
        except Exception as error:
            pytest.fail(f"{line}\n{error!r}")


def test_requests_against_the_server(make_server: Callable[..., Server], tmp_path: Path) -> None:
    server = make_server(
        **{name: value for name, value in SETTINGS.items() if name != "TRUSTED_PROXIES"}
    )
    known = {
        "key": key_on(server, admin=True),
        "session": "x",
        "csrf": "x",
        "id": "abcdefgh",
        "token": "x",
    }
    address = ("127.0.0.1", int(server.base.rpartition(":")[2]))

    def look(sent: Sent, *, is_framed: bool = True) -> None:
        sent = sent.with_known(known)
        answer = through_server(address, sent, is_framed=is_framed)
        log = server.log
        assert "Traceback" not in log, log[-3000:]
        if answer is None:
            return
        # waitress' own word for an encoding that it doesn't know
        refused = answer.status == 501 and sent.header("transfer-encoding")
        if is_framed:
            check(sent, answer)
        else:
            assert answer.status < 500 or refused, answer.status

    explore(requests(), look, SERVER_SEEDS, SERVER_SECONDS)
    explore(framings, lambda sent: look(sent, is_framed=False), SERVER_SEEDS, SERVER_SECONDS)
    for line in KEPT.read_text().splitlines():
        look(Sent.from_line(line))


# --- the watch itself


def test_a_view_that_fails_is_noticed(make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS)
    app.add_url_rule("/fails", view_func=lambda: str(1 // 0))
    with pytest.raises(AssertionError, match="ZeroDivisionError"), no_traceback():
        through_app(app, Sent("GET", "/fails"))
    with pytest.raises(AssertionError, match="500"):
        check(Sent("GET", "/fails"), through_app(app, Sent("GET", "/fails")))


@pytest.mark.parametrize(
    "answer",
    [
        "<h1>Not found</h1>",
        {"error": "no"},
        {"status_code": 400, "error": {"message": "", "code": 1}, "status_txt": "x"},
    ],
)
def test_an_error_in_another_form_is_noticed(answer: Any, make_app: Callable[..., Flask]) -> None:
    app = make_app(**SETTINGS)
    app.add_url_rule("/api/odd", view_func=lambda: (answer, 400))
    with pytest.raises((AssertionError, KeyError)):
        check(Sent("GET", "/api/odd"), through_app(app, Sent("GET", "/api/odd")))


def test_what_fails_is_shrunk_and_told(site: Person) -> None:
    def look(sent: Sent) -> None:
        assert "q=" not in sent.target

    with pytest.raises(pytest.fail.Exception) as caught:
        explore(requests(), look, 60, 60)
    line = re.search(r"^\[.*\]$", caught.value.msg or "", re.MULTILINE)
    assert (
        line
        and Sent.from_line(line[0]).target.rstrip("&").endswith("?q=")
        and not Sent.from_line(line[0]).body
    )


def test_a_request_is_the_same_from_its_line() -> None:
    sent = Sent("POST", "/api/1/upload?x=\xff", (("Host", "a_b"),), small_files()[1])
    assert Sent.from_line(sent.to_line()) == sent
