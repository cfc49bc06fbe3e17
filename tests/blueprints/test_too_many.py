"""Too many guesses: what the form says then, and whom the guesses of others don't keep out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http import words
from blueprints.http.known_browser import COOKIE, MOST
from tests.conftest import PASSWORD, Person, csrf_token, log_in, make_person

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def guess(client: FlaskClient, name: str) -> Any:
    return log_in(client, name, "wrong")


def guess_until_refused(app: Flask, name: str = "ann") -> FlaskClient:
    """By somebody else at the same address."""
    child = app.test_client()
    while guess(child, name).status_code == 401:
        pass
    return child


def log_out(client: FlaskClient) -> None:
    client.post("/logout", data={"csrf_token": csrf_token(client.get("/").text)})


def used_before(app: Flask, *names: str) -> FlaskClient:
    """A browser in which these have been logged in."""
    client = app.test_client()
    for name in names:
        assert log_in(client, name).status_code == 302
        log_out(client)
    return client


def test_the_form_says_how_long_to_wait_and_keeps_the_name(ann: Person) -> None:
    child = guess_until_refused(ann.app)
    token = csrf_token(child.get("/login").text)
    form = {"csrf_token": token, "name": "Ann", "password": "a secret", "next": "/albums"}
    answer = child.post("/login", data=form)
    wait = int(answer.headers["Retry-After"])
    assert answer.status_code == 429 and 50 < wait <= 61
    assert f"Too many attempts. Try again in {wait} seconds." in answer.text
    assert 'value="Ann"' in answer.text and 'value="/albums"' in answer.text
    assert (
        "a secret" not in answer.text and 'type="search"' not in answer.text.partition("<main")[2]
    )


def test_guesses_of_others_stop_nobody_in_their_own_browser(ann: Person) -> None:
    tablet = used_before(ann.app, "ann")
    child = guess_until_refused(ann.app)
    assert log_in(ann.app.test_client()).status_code == 429  # a browser that nobody knows
    assert log_in(tablet).status_code == 302
    assert log_in(child).status_code == 429


def test_in_such_a_browser_guesses_are_counted_too(ann: Person) -> None:
    tablet = used_before(ann.app, "ann")
    assert [guess(tablet, "ann").status_code for _ in range(7)] == [401] * 5 + [429] * 2
    assert log_in(tablet).status_code == 429
    assert log_in(ann.app.test_client()).status_code == 302


def test_it_is_known_for_its_own_accounts_alone(ann: Person) -> None:
    make_person(ann.app, "bob")
    tablet = used_before(ann.app, "bob")
    guess_until_refused(ann.app)
    assert log_in(tablet, "ann").status_code == 429
    assert log_in(tablet, "BOB").status_code == 302


def test_a_made_up_cookie_says_nothing(ann: Person) -> None:
    guess_until_refused(ann.app)
    thief = ann.app.test_client()
    thief.set_cookie(COOKIE, "0a" * 32 + "." + "1b" * 16, path="/login")
    assert log_in(thief).status_code == 429


def test_who_is_logged_in_changes_the_password_while_others_guess(ann: Person) -> None:
    log_in(ann.client)
    guess_until_refused(ann.app)
    token = csrf_token(ann.client.get("/settings/security").text)
    form = {"old": PASSWORD, "new": "another good one", "again": "another good one"}
    answer = ann.client.post("/settings/security", data={"csrf_token": token, **form})
    assert answer.status_code == 303


def test_the_cookie_goes_to_the_log_in_page_alone(ann: Person) -> None:
    answer = log_in(ann.app.test_client())
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    for part in ("Path=/login", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
    assert "ann" not in cookie


def test_a_family_at_one_computer(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    names = [f"one{n}" for n in range(MOST + 1)]
    for name in names:
        make_person(app, name)
    computer = used_before(app, *names)
    guess_until_refused(app)
    assert log_in(computer, names[0]).status_code == 429  # the oldest is forgotten
    assert log_in(computer, names[1]).status_code == 302


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "in 1 second."),
        (99, "in 99 seconds."),
        (100, "in 2 minutes."),
        (3600, "in 60 minutes."),
        (5999, "in 100 minutes."),
        (6000, "in 2 hours."),
        (86400, "in 24 hours."),
    ],
)
def test_the_wait_in_words(app: Flask, seconds: int, said: str) -> None:
    with app.test_request_context():
        assert words.too_many_tries(seconds).endswith(said)
