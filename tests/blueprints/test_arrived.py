"""Whether a file arrived is told to who sent it alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from media.errors import EmptySource
from models import IdempotencyKey, Upload, db, utcnow
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample

KEY = "0123456789abcdef"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(GUEST_UPLOADS=True)


def token(client: FlaskClient) -> str:
    return csrf_token(client.get("/").text)


def send(client: FlaskClient, key: str = KEY) -> Any:
    headers = {"Accept": "application/json", "X-CSRFToken": token(client), "Idempotency-Key": key}
    return client.post(
        "/upload", data={"source": sample("alpha.png").open("rb")}, headers=headers
    ).json


def ask(client: FlaskClient, key: str = KEY) -> Any:
    headers = {"Accept": "application/json", "X-CSRFToken": token(client)}
    return client.post("/upload/arrived", data={"key": key}, headers=headers).json


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
    assert ask(askers[sender]) == {**sent, "state": "arrived"}
    assert ask(askers[sender], "another")["state"] == "unknown"
    assert app.test_client().delete(path_of(sent["image"]["delete_url"])).status_code == 200
    assert ask(askers[sender])["status_code"] == 410


def test_the_same_file_twice_is_two_uploads(askers: dict[str, FlaskClient]) -> None:
    ids = [send(askers["ann"], key)["image"]["id_encoded"] for key in ("a", "b")]
    assert [ask(askers["ann"], key)["image"]["id_encoded"] for key in ("a", "b")] == ids
    assert ids[0] != ids[1]


def test_what_is_being_worked_on_is_waited_for(askers: dict[str, FlaskClient], app: Flask) -> None:
    send(askers["ann"])
    with app.app_context():
        (row,) = db.session.scalars(db.select(IdempotencyKey))
        row.sealed, row.upload_id = None, None
        db.session.commit()
    assert ask(askers["ann"])["state"] == "processing"
    assert ask(askers["bob"])["state"] == ask(askers["guest"])["state"] == "unknown"


def test_others_on_their_way_hold_no_answer_up(
    askers: dict[str, FlaskClient], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked while the body of a third file comes: of the first, which is there; of the second,
    which isn't; of that one itself.
    """
    send(askers["ann"])
    questions = [("ann", KEY), ("ann", "second"), ("ann", "third"), ("bob", "third")]
    told: list[str] = []

    def while_it_is_read(*_: Any, **__: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:  # a request has a context of its own
            told.extend(pool.map(lambda one: ask(askers[one[0]], one[1])["state"], questions))
        raise EmptySource()

    with monkeypatch.context() as patch:
        patch.setattr("blueprints.http.receive.read_body", while_it_is_read)
        send(askers["ann"], "third")
    assert told == ["arrived", "unknown", "processing", "unknown"]
    assert ask(askers["ann"], "third")["state"] == "unknown"


@pytest.mark.parametrize("format", ["json", "txt", "redirect"])
def test_what_a_program_sent_is_no_answer_for_the_page(
    format: str, app: Flask, askers: dict[str, FlaskClient]
) -> None:
    cid = make_person(app, "cid")
    headers = {"X-API-Key": cid.key, "Idempotency-Key": KEY}
    data = {"source": sample("alpha.png").open("rb"), "format": format}
    assert app.test_client().post("/api/1/upload", data=data, headers=headers).status_code < 400
    log_in(cid.client, "cid")
    assert ask(cid.client) == {"state": "unknown"}
    assert send(cid.client)["status_code"] == 422  # for which the page takes a new key


@pytest.mark.parametrize("key", ["", "a b", "a" * 256])
def test_nonsense_is_a_clear_error(key: str, askers: dict[str, FlaskClient]) -> None:
    assert ask(askers["ann"], key)["status_code"] == 400


def test_it_needs_the_forms_token(ann: Person) -> None:
    log_in(ann.client)
    assert ann.client.post("/upload/arrived", data={"key": KEY}).status_code == 400


def test_a_guests_network_is_forgotten_after_a_day(app: Flask) -> None:
    guest = app.test_client()
    send(guest)
    with app.app_context():
        db.session.query(Upload).update({Upload.received_at: utcnow() - timedelta(days=2)})
        Upload.forget_guests(timedelta(days=1))
        db.session.commit()
        row = db.session.query(Upload).one()
        assert row.guest is None


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
