"""Sessions that end on the server, and guesses that are counted before the password is looked
at.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.log_in import log_in as enter
from models import Attempt, Limit, User, UserSession, db, utcnow
from tests.conftest import PASSWORD, Person, Server, csrf_token, existing, log_in, make_person


def is_in(client: FlaskClient) -> bool:
    return "Log out ann" in client.get("/").text


def stolen(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie."""
    thief = app.test_client()
    cookie = client.get_cookie("session")
    assert cookie
    thief.set_cookie("session", cookie.value)
    return thief


def log_out(client: FlaskClient) -> None:
    client.post("/logout", data={"csrf_token": csrf_token(client.get("/").text)})


def test_a_stolen_cookie_ends_with_the_log_out(ann: Person) -> None:
    phone = ann.app.test_client()
    for client in (ann.client, phone):
        log_in(client)
    thief = stolen(ann.client, ann.app)
    assert is_in(thief)
    log_out(ann.client)
    assert not is_in(thief) and not is_in(ann.client)
    assert is_in(phone)  # another device goes on


def test_a_new_password_ends_all(ann: Person) -> None:
    clients = [ann.app.test_client() for _ in range(3)]
    for client in clients:
        log_in(client)
    result = ann.app.test_cli_runner().invoke(
        args=["user", "password", "ann", "--password-stdin"], input="another good one\n"
    )
    assert result.exit_code == 0, result.output
    assert not any(map(is_in, clients))
    assert log_in(ann.client).status_code == 401
    assert log_in(ann.client, password="another good one").status_code == 302
    with ann.app.app_context():
        assert db.session.query(UserSession).count() == 1


def test_a_session_ends_after_a_year_and_its_row_goes(ann: Person) -> None:
    log_in(ann.client)
    with ann.app.app_context():
        db.session.query(UserSession).update(
            {UserSession.created_at: utcnow() - timedelta(days=366)}
        )
        db.session.commit()
    assert not is_in(ann.client)
    log_in(ann.client)
    with ann.app.app_context():
        assert db.session.query(UserSession).count() == 1


def test_the_database_does_not_hold_what_the_cookie_says(ann: Person) -> None:
    log_in(ann.client)
    with ann.client.session_transaction() as session:
        token = session["_user_id"]
    database = b"".join(
        path.read_bytes()
        for path in (ann.app.extensions["keepsake"].config.data).glob("keepsake.sqlite3*")
    )
    assert len(token) == 43 and token.encode() not in database


def test_guessing_is_slowed_down(ann: Person) -> None:
    statuses = [log_in(ann.client, password=f"wrong {n}").status_code for n in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    answer = log_in(ann.client)  # the right one, too, for a while
    assert (
        answer.status_code == 429
        and "Too many attempts" in answer.text
        and 50 < int(answer.headers["Retry-After"]) <= 61
    )
    later(ann.app, timedelta(seconds=61))
    assert log_in(ann.client).status_code == 302


def later(app: Flask, period: timedelta) -> None:
    """As if so much time had gone by."""
    with app.app_context():
        for attempt in db.session.query(Attempt):
            attempt.at -= period
        db.session.commit()


def test_the_hours_limit_and_what_is_forgotten(ann: Person) -> None:
    failed = 0
    while (answer := log_in(ann.app.test_client(), password="wrong")).status_code == 401 or int(
        answer.headers["Retry-After"]
    ) < 100:
        failed += answer.status_code == 401
        if answer.status_code == 429:
            later(ann.app, timedelta(seconds=61))
    assert failed == 30
    later(ann.app, timedelta(hours=1))
    assert log_in(ann.client, password="wrong").status_code == 401
    later(ann.app, timedelta(days=1))
    assert log_in(ann.client, password="wrong").status_code == 401
    with ann.app.app_context():
        assert db.session.query(Attempt).count() == 2


def test_one_name_is_tried_from_many_addresses_fifty_times(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(TRUSTED_PROXIES=1))
    with ann.app.app_context():
        # cheap to get wrong
        db.session.query(User).update({User.password_hash: "pbkdf2:sha256:1$salt$00"})
        db.session.commit()
    codes = []
    for n in range(52):
        client = ann.app.test_client()
        token = csrf_token(client.get("/login").text)
        form = {"csrf_token": token, "name": "Ann" if n % 2 else "ann", "password": "wrong"}
        codes.append(
            client.post(
                "/login", data=form, headers={"X-Forwarded-For": f"192.0.2.{n}"}
            ).status_code
        )
    assert codes == [401] * 50 + [429] * 2


def test_no_two_threads_get_the_same_place(app: Flask) -> None:
    barrier, got = threading.Barrier(24), []

    def guess() -> None:
        with app.app_context():
            barrier.wait()
            got.append(Attempt.take("bucket", (Limit(5, timedelta(minutes=1)),)) is not None)
            db.session.commit()

    threads = [threading.Thread(target=guess) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(got) == {True: 5, False: 19}


@pytest.fixture
def pair(make_server: Callable[..., Server], tmp_path: Path) -> list[Server]:
    """Two servers on one data folder."""
    servers = [make_server(tmp_path / "data") for _ in range(2)]
    servers[0].command("user", "create", "ann", "--password-stdin", stdin=PASSWORD + "\n")
    return servers


def test_twenty_four_guesses_at_once_at_two_servers_get_five(pair: list[Server]) -> None:
    barrier, codes = threading.Barrier(24), []

    def guess(server: Server) -> None:
        client: Any = requests.Session()
        token = csrf_token(client.get(server.base + "/login", timeout=30).text)
        barrier.wait()
        form = {"csrf_token": token, "name": "ann", "password": "wrong"}
        codes.append(client.post(server.base + "/login", data=form, timeout=60).status_code)

    threads = [threading.Thread(target=guess, args=(pair[n % 2],)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(codes) == {401: 5, 429: 19}


def test_a_log_in_ends_the_session_that_the_browser_had(ann: Person) -> None:
    """By an invitation, too: no copy of the old cookie is left that works."""
    client = ann.app.test_client()
    log_in(client)
    before = client.get_cookie("session")
    assert before
    make_person(ann.app, "bob")
    with ann.app.test_request_context(headers={"Cookie": f"session={before.value}"}):
        ann.app.preprocess_request()
        enter(existing(User.by_name("bob")), [])
    copy = ann.app.test_client()
    copy.set_cookie("session", before.value)
    assert copy.get("/settings").status_code == 302
