"""Accounts that have a passkey and no password: joined by an invitation, kept, given a password."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Invitation, Passkey, User, db
from tests.authenticator import PRESENT, Authenticator
from tests.blueprints.test_invitations import link_of
from tests.blueprints.test_passkeys import add, log_in_by, options_on, send_new
from tests.blueprints.test_second_step import is_in, post
from tests.conftest import PASSWORD, csrf_token, existing, log_in, make_person


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(SIGN_UP="invitation")


def ask(client: FlaskClient, link: str, name: str = "bob") -> Any:
    token = csrf_token(client.get(link).text)
    return client.post(link + "/options", data={"csrf_token": token, "name": name})


def send(client: FlaskClient, link: str, answer: str, name: str = "bob") -> Any:
    token = csrf_token(client.get(link).text)
    data = {"csrf_token": token, "name": name, "answer": answer}
    return client.post(link + "/passkey", data=data)


def join(app: Flask, link: str = "") -> tuple[FlaskClient, Authenticator]:
    link, client, device = link or link_of(app), app.test_client(), Authenticator()
    answer = send(client, link, device.create(ask(client, link).json))
    assert answer.status_code == 303 and answer.location == "/settings/phone", answer.text
    return client, device


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [user.name for user in User.ordered()]


def test_joining(app: Flask) -> None:
    client, device = join(app, link_of(app, role="manager"))
    assert is_in(client)
    with app.app_context():
        bob = existing(User.by_name("bob"))
        assert not bob.has_password and bob.role == "manager"
        assert len(Passkey.of(bob)) == 1
        assert existing(db.session.query(Invitation).one()).used == 1
    other = app.test_client()
    for password in ("", "x", PASSWORD):
        assert log_in(other, "bob", password).status_code in (200, 401)
    log_in_by(other, device)
    assert is_in(other)


def test_the_device_is_told_to_keep_it_and_to_make_sure_whose_it_is(app: Flask) -> None:
    client, link = app.test_client(), link_of(app)
    options = ask(client, link).json
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    answer = send(client, link, Authenticator(flags=PRESENT).create(options))
    assert answer.status_code == 400 and names(app) == []


@pytest.mark.parametrize("name", ["", "a", "a b", "x" * 65, "ann", "ANN"])
def test_a_name_that_is_not_free_is_said_before_the_passkey_is_made(app: Flask, name: str) -> None:
    make_person(app)
    client, link = app.test_client(), link_of(app)
    refusal = ask(client, link, name)
    assert refusal.status_code == 400 and refusal.json["problem"]
    answer = Authenticator().create(ask(client, link).json)
    assert send(client, link, answer, name).status_code == 400
    assert names(app) == ["ann"] and not is_in(client)


def test_what_is_wrong_uses_nothing_up(app: Flask) -> None:
    client, link = app.test_client(), link_of(app)
    evil = Authenticator(origin="http://evil.example")
    assert send(client, link, evil.create(ask(client, link).json)).status_code == 400
    assert send(client, link, "{}").status_code == 400
    ann = make_person(app)
    log_in(ann.client)
    of_ann = add(ann.client)
    assert send(client, link, of_ann.create(ask(client, link).json)).status_code == 400
    assert names(app) == ["ann"]
    join(app, link)
    assert client.get(link).status_code == 404
    assert names(app) == ["ann", "bob"]


def test_a_challenge_of_another_page_is_none_of_this(app: Flask) -> None:
    ann = make_person(app)
    log_in(ann.client)
    link = link_of(app)
    post(ann.client, "/settings/confirm", password=PASSWORD)
    answer = Authenticator().create(options_on(ann.client))
    assert send(ann.client, link, answer).status_code == 400 and names(app) == ["ann"]


def test_the_last_way_in_stays(app: Flask) -> None:
    client, device = join(app)
    page = client.get("/settings/security").text
    path = existing(re.search(r"/settings/passkeys/\w+/remove", page))[0]
    assert "You have none" in page and 'name="old"' not in page
    assert client.get(path).status_code == 303
    assert 'name="password"' not in client.get("/settings/confirm").text
    log_in_by(client, device, "/settings/confirm/passkey")
    assert post(client, path).status_code == 409
    assert send_new(client, Authenticator().create(options_on(client))).status_code == 303
    assert post(client, path).status_code == 303  # there is another one
    with app.app_context():
        assert len(Passkey.of(existing(User.by_name("bob")))) == 1


def test_setting_a_password(app: Flask) -> None:
    client, device = join(app)
    form = {"new": "another horse stapler", "again": "another horse stapler"}
    page = "/settings/security"
    answer = post(client, page, **form)
    assert answer.location == "/settings/confirm?next=/settings/security"
    log_in_by(client, device, "/settings/confirm/passkey")
    assert post(client, page, new="short", again="short").status_code == 400
    assert post(client, page, **form).status_code == 303 and is_in(client)
    other = app.test_client()
    assert log_in(other, "bob", "another horse stapler").location == "/" and is_in(other)
    # from now on the old one is asked for
    assert post(other, page, **form).status_code == 400
    log_in_by(other, device, "/settings/confirm/passkey")
    path = existing(re.search(r"/settings/passkeys/\w+/remove", other.get(page).text))[0]
    assert post(other, path).status_code == 303


def test_no_password_is_right_and_none_takes_less_time(app: Flask) -> None:
    """As long as a real one: the hash that it is compared with has the same form and cost."""
    join(app)
    with app.app_context():
        from werkzeug.security import generate_password_hash

        stored = existing(User.by_name("bob")).password_hash.split("$")
        real = generate_password_hash("x", "scrypt").split("$")
        assert stored[0] == real[0] and [len(part) for part in stored] == [len(p) for p in real]
        for password in ("", "0" * 128, "nobody"):
            assert User.authenticate("bob", password) is None
