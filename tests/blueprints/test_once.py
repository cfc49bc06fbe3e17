"""A secret that a page shows once: where it waits, and that it comes a single time."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import ShownOnce, db, utcnow
from services.data_folder import DATABASE
from tests.conftest import Person, csrf_token, log_in

KEY = re.compile(r"chv_[A-Za-z0-9]{6}_[A-Za-z0-9]{128}")
PATH = "/settings/api"


@pytest.fixture
def made(ann: Person) -> FlaskClient:
    """Ann's browser, with a key that no page has shown yet."""
    log_in(ann.client)
    form = {"csrf_token": csrf_token(ann.client.get(PATH).text), "label": "Laptop"}
    assert ann.client.post(PATH, data=form).status_code == 303
    return ann.client


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    cookie, copy = client.get_cookie("session"), app.test_client()
    assert cookie
    copy.set_cookie("session", cookie.value)
    return copy


def test_it_is_shown_once(app: Flask, made: FlaskClient) -> None:
    copy = copy_of(app, made)
    assert made.head(PATH).status_code == 200  # which shows nothing
    assert len(set(KEY.findall(made.get(PATH).text))) == 1
    assert not KEY.search(made.get(PATH).text)
    assert not KEY.search(copy.get(PATH).text)


def test_a_copied_cookie_has_it_once_at_most(app: Flask, made: FlaskClient) -> None:
    assert KEY.search(copy_of(app, made).get(PATH).text)
    assert not KEY.search(made.get(PATH).text)


def test_neither_the_cookie_nor_the_database_tells_it(app: Flask, made: FlaskClient) -> None:
    cookie = made.get_cookie("session")
    assert cookie
    body = cookie.value.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    text = (zlib.decompress(raw) if cookie.value.startswith(".") else raw).decode()
    assert "chv_" not in text and "new_key" in text
    with app.app_context():
        (waiting,) = db.session.scalars(db.select(ShownOnce))
        data = (app.extensions["keepsake"].config.data / DATABASE).read_bytes()
        key = KEY.findall(made.get(PATH).text)[0]
        assert key.encode() not in data and key not in waiting.sealed
        app.secret_key = "another"
    assert not KEY.search(made.get(PATH).text)


def test_nobody_came_for_it_within_an_hour(app: Flask, made: FlaskClient) -> None:
    with app.app_context():
        past = utcnow() - timedelta(seconds=1)
        db.session.execute(db.update(ShownOnce).values(expires_at=past))
        db.session.commit()
    assert not KEY.search(made.get(PATH).text)
    form = {"csrf_token": csrf_token(made.get(PATH).text), "label": "Laptop"}
    made.post(PATH, data=form)
    with app.app_context():
        assert db.session.query(ShownOnce).count() == 1  # what nobody came for is gone


def test_a_cookie_of_the_version_before(app: Flask, ann: Person) -> None:
    """Had the secret itself."""
    log_in(ann.client)
    with ann.client.session_transaction() as session:
        session["new_key"] = ["", "chv_" + "a" * 135]
    answer = ann.client.get(PATH)
    assert answer.status_code == 200 and not KEY.search(answer.text)
