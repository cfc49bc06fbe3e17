"""Whether a file arrived is told to who sent it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Upload, db, utcnow
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample

DIGEST = hashlib.sha256(sample("alpha.png").read_bytes()).hexdigest()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(GUEST_UPLOADS=True)


def token(client: FlaskClient) -> str:
    return csrf_token(client.get("/").text)


def send(client: FlaskClient) -> Any:
    headers = {"Accept": "application/json", "X-CSRFToken": token(client)}
    return client.post(
        "/upload", data={"source": sample("alpha.png").open("rb")}, headers=headers
    ).json


def ask(client: FlaskClient, **fields: str) -> Any:
    headers = {"Accept": "application/json", "X-CSRFToken": token(client)}
    return client.post(
        "/upload/arrived",
        data={"sha256": DIGEST, "seconds": "60", "known": "", **fields},
        headers=headers,
    ).json


@pytest.fixture
def askers(app: Flask) -> dict[str, FlaskClient]:
    """Everybody who may ask: people, an admin, two guests at one address."""
    people = [
        make_person(app, "ann"),
        make_person(app, "bob"),
        make_person(app, "root", admin=True),
    ]
    for person in people:
        log_in(person.client, person.name)
    return {
        **{person.name: person.client for person in people},
        "guest": app.test_client(),
        "other guest": app.test_client(),
    }


@pytest.mark.parametrize("sender", ["ann", "root", "guest"])
def test_nobody_but_the_sender_learns_of_it(
    sender: str, askers: dict[str, FlaskClient], app: Flask
) -> None:
    assert {ask(client)["state"] for client in askers.values()} == {"unknown"}
    sent = send(askers[sender])
    for name, client in askers.items():
        told = ask(client)
        assert told["state"] == ("arrived" if name == sender else "unknown"), name
        assert ("image" in told) == (name == sender)
    again = ask(askers[sender])
    assert {**again["image"], "delete_url": ""} == {
        **sent["image"],
        "delete_url": "",
        "how_long_ago": again["image"]["how_long_ago"],
    }
    assert {key: again[key] for key in ("report", "sha256", "codes", "can_edit")} == {
        key: sent[key] for key in ("report", "sha256", "codes", "can_edit")
    }
    assert app.test_client().delete(path_of(sent["image"]["delete_url"])).status_code == 404
    assert app.test_client().delete(path_of(again["image"]["delete_url"])).status_code == 200
    assert ask(askers[sender])["state"] == "unknown"


def test_one_that_the_queue_knows_or_that_came_before_is_not_it(
    askers: dict[str, FlaskClient], app: Flask
) -> None:
    first, second = (send(askers["ann"])["image"]["id_encoded"] for _ in range(2))
    assert ask(askers["ann"])["image"]["id_encoded"] == first
    assert ask(askers["ann"], known=first)["image"]["id_encoded"] == second
    assert ask(askers["ann"], known=f"{first},{second}")["state"] == "unknown"
    with app.app_context():
        db.session.query(Upload).update({Upload.received_at: utcnow() - timedelta(seconds=100)})
        db.session.commit()
    assert (
        ask(askers["ann"])["state"] == "unknown"
        and ask(askers["ann"], seconds="200")["state"] == "arrived"
    )


def test_what_is_being_worked_on_is_waited_for(askers: dict[str, FlaskClient], app: Flask) -> None:
    in_flight = app.extensions["keepsake"].in_flight
    with app.app_context():
        from models import User

        ann = User.by_name("ann")
        assert ann
    with in_flight.holding(ann.id, DIGEST), in_flight.holding(ann.id, DIGEST):
        assert ask(askers["ann"])["state"] == "processing"
        assert ask(askers["bob"])["state"] == ask(askers["guest"])["state"] == "unknown"
    assert ask(askers["ann"])["state"] == "unknown" and not in_flight.has(ann.id, DIGEST)


@pytest.mark.parametrize(
    "fields",
    [
        {"sha256": ""},
        {"sha256": "x" * 64},
        {"sha256": DIGEST.upper()},
        {"seconds": ""},
        {"seconds": "-1"},
        {"seconds": "9" * 30},
    ],
)
def test_nonsense_is_a_clear_error(fields: dict[str, str], askers: dict[str, FlaskClient]) -> None:
    assert ask(askers["ann"], **fields)["status_code"] == 400


def test_it_needs_the_forms_token(ann: Person) -> None:
    log_in(ann.client)
    assert (
        ann.client.post("/upload/arrived", data={"sha256": DIGEST, "seconds": "60"}).status_code
        == 400
    )


def test_a_guests_browser_is_forgotten_after_a_day(app: Flask) -> None:
    guest = app.test_client()
    send(guest)
    with app.app_context():
        db.session.query(Upload).update({Upload.received_at: utcnow() - timedelta(days=2)})
        Upload.forget_guests(timedelta(days=1))
        db.session.commit()
        row = db.session.query(Upload).one()
        assert (row.guest, row.guest_session) == (None, None)


def test_what_a_member_sends_never_becomes_a_guest_s(askers: dict[str, FlaskClient]) -> None:
    """Logged out in another tab, or the session has ended: where guests may upload, too."""
    for name, status in (("ann", 200), ("guest", 403)):
        answer = askers[name].post(
            "/upload",
            data={"source": sample("alpha.png").open("rb")},
            headers={
                "Accept": "application/json",
                "X-CSRFToken": token(askers[name]),
                "X-Keepsake-Member": "1",
            },
        )
        assert answer.status_code == status
