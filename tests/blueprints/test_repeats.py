"""An upload with an Idempotency-Key is one upload, however often it is sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Album, ApiKey, IdempotencyKey, Upload, User, db, utcnow
from services import once_only
from services.errors import QuotaReached, StillRunning
from services.keys import issue_guest_key
from services.once_only import claimed
from services.sent_key import KeyClaim, SentKey
from services.settings.change import change
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample, stored_files

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def send(person: Person, key: str = KEY, name: str = "alpha.png", **fields: Any) -> Any:
    headers = {"X-API-Key": person.key, "Idempotency-Key": key}
    source = (io.BytesIO(sample(name).read_bytes()), name)
    data = {**fields, "source": source}
    return person.app.test_client().post("/api/1/upload", data=data, headers=headers)


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Upload).count()


def rows(app: Flask) -> list[IdempotencyKey]:
    with app.app_context():
        return list(db.session.scalars(db.select(IdempotencyKey)))


def test_the_same_key_gives_the_same_answer(ann: Person) -> None:
    first = send(ann, title="Rome", tags="sea")
    again = send(ann, title="Rome", tags="sea")
    assert first.status_code == again.status_code == 200
    assert first.data == again.data and first.content_type == again.content_type
    assert count(ann.app) == 1
    delete_url = path_of(again.json["image"]["delete_url"])
    assert ann.app.test_client().delete(delete_url).status_code == 200


def test_it_is_the_answer_of_an_upload_without_a_key(ann: Person) -> None:
    with_key, without = send(ann).json["image"], ann.upload("alpha.png").json["image"]
    own = {
        name
        for name in with_key
        if isinstance(with_key[name], str) and "/" in with_key[name] and name != "mime"
    } | {"id_encoded", "name", "filename", "image", "thumb", "medium", "date", "date_gmt"}
    own.add("date_fixed_peer")
    assert list(with_key) == list(without)
    assert {name for name in with_key if with_key[name] != without[name]} <= own


@pytest.mark.parametrize("format", ["txt", "redirect"])
def test_the_answer_has_the_format_of_the_first_time(format: str, ann: Person) -> None:
    first = send(ann, format=format)
    again = send(ann)
    for name in ("status_code", "data", "content_type", "location"):
        assert getattr(again, name) == getattr(first, name)


@pytest.mark.parametrize(
    "other", [{"name": "pixel.png"}, {"title": "Paris"}, {"expiration": "P1D"}]
)
def test_another_body_is_refused(other: dict[str, str], ann: Person) -> None:
    first = send(ann, title="Rome")
    refused = send(ann, **{"title": "Rome", **other})
    assert refused.status_code == refused.json["status_code"] == 422
    assert count(ann.app) == 1 and send(ann, title="Rome").data == first.data


def test_it_is_the_key_of_one_person(app: Flask) -> None:
    ann, bob = make_person(app, "ann"), make_person(app, "bob")
    assert send(ann).json["image"]["id_encoded"] != send(bob, name="pixel.png").json["image"]
    assert count(app) == 2


def other_key(ann: Person, **limits: Any) -> Person:
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        key = ApiKey.issue(user, "another", **limits)[1]
        db.session.commit()
    return replace(ann, key=key)


def test_a_key_with_an_album_learns_of_nothing_that_others_sent(ann: Person) -> None:
    first = send(ann)
    assert send(other_key(ann)).data == first.data  # the same person's
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        album = Album.create(user, "Rome")
        db.session.commit()
        album_id = album.public_id
    limited = other_key(ann, album_id=album_id)
    own = send(limited)
    assert own.json["image"]["id_encoded"] != first.json["image"]["id_encoded"]
    assert (
        send(limited).data == own.data and send(other_key(ann, album_id=album_id)).data != own.data
    )
    assert send(ann).data == first.data and count(ann.app) == 3


def test_guests_of_one_network_get_no_delete_link_of_each_other(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(GUEST_UPLOADS=True)
    with app.app_context():
        key = issue_guest_key()
    guest = Person(app, "guest", key, app.test_client())
    first, again = send(guest), send(guest)
    image = first.json["image"]
    assert image.pop("delete_url") and image == again.json["image"]
    assert again.json["success"]["message"] == "file uploaded before" and count(app) == 1


def test_the_answer_is_of_the_route_that_was_asked(ann: Person) -> None:
    """Each has its own documents: the wire's, the managing API's, the page's."""
    log_in(ann.client)
    manages = other_key(ann, scope="manage").key

    def at(path: str) -> Any:
        source = {"source": sample("alpha.png").open("rb")}
        if path == "/upload":
            return post(ann.client, source)
        headers = {"X-API-Key": manages, "Idempotency-Key": KEY}
        return ann.app.test_client().post(path, data=source, headers=headers)

    paths = ("/api/2/uploads", "/api/1/upload", "/1/upload", "/upload")
    for path in paths:
        first, again = at(path), at(path)
        assert first.status_code == again.status_code < 300 and first.data == again.data
        for name in ("Location", "ETag", "Content-Type"):
            assert first.headers.get(name) == again.headers.get(name)
        assert {at(other).status_code for other in paths if other != path} == {422}
        with ann.app.app_context():
            db.session.query(IdempotencyKey).delete()
            db.session.commit()
    assert count(ann.app) == len(paths)


def test_it_is_the_person_s_with_whatever_she_sends(ann: Person) -> None:
    first = send(ann).json["image"]
    log_in(ann.client)
    body = {"source": (sample("pixel.png").open("rb"), "other.png")}
    assert post(ann.client, body).status_code == 422
    assert count(ann.app) == 1 and first["id_encoded"]


def post(client: FlaskClient, body: dict[str, Any], key: str = KEY) -> Any:
    headers = {
        "Accept": "application/json",
        "X-CSRFToken": csrf_token(client.get("/").text),
        "Idempotency-Key": key,
    }
    return client.post("/upload", data=body, headers=headers)


def test_the_page_of_a_member_and_of_a_guest(make_app: Callable[..., Flask]) -> None:
    app = make_app(GUEST_UPLOADS=True)
    ann, guest, other = make_person(app), app.test_client(), app.test_client()
    log_in(ann.client)
    for client in (ann.client, guest, other):
        answers = [post(client, {"source": sample("alpha.png").open("rb")}) for _ in range(2)]
        assert answers[0].status_code == 200 and answers[0].data == answers[1].data
        assert ("guest" in answers[1].headers.get("Set-Cookie", "")) == (client is not ann.client)
    assert count(app) == 3


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "a" * 256, "a\tb"])
def test_a_malformed_key_is_refused(key: str, ann: Person) -> None:
    answer = send(ann, key)
    assert (answer.status_code, answer.json["error"]["message"]) == (400, "Invalid Idempotency-Key")
    assert count(ann.app) == 0 and send(ann, "!" * 255).status_code == 200


def test_a_refusal_is_not_kept(ann: Person) -> None:
    assert send(ann, nsfw="maybe").status_code == 400
    assert rows(ann.app) == [] and send(ann).status_code == 200
    assert send(ann, "other", name="text-as.jpg").status_code == 400
    assert len(rows(ann.app)) == 1


def test_a_failure_is_not_kept(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("services.publish.check_space", lambda *_: 1 / 0)
        assert send(ann).status_code == 500
    assert rows(ann.app) == [] and stored_files(ann.app) == []
    assert send(ann).status_code == 200


def test_what_would_refuse_another_one_does_not_refuse_a_repeat(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_: Any) -> None:
        raise QuotaReached(1, is_guest=False)

    first = send(ann)
    monkeypatch.setattr("blueprints.http.receive.check_space", is_full)
    with ann.app.app_context():
        change(ann.app.extensions["keepsake"].store, {"FLOOD_PER_DAY": 1})
    assert ann.upload("pixel.png").status_code == 507
    again = send(ann)
    assert (again.status_code, again.data) == (200, first.data)


def claim_of(app: Flask, person: str = "ann") -> KeyClaim:
    """Of what `send` sends, which runs elsewhere."""
    with app.app_context():
        (row,) = rows(app)
        user = User.by_name(person)
        assert user
        return KeyClaim(SentKey(row.key_hash, row.fingerprint, user.id), lambda *_: "sealed")


@pytest.fixture
def claim(ann: Person) -> KeyClaim:
    """A first upload that was sent and isn't known any more."""
    send(ann)
    made = claim_of(ann.app)
    with ann.app.app_context():
        db.session.query(IdempotencyKey).delete()
        db.session.query(Upload).delete()
        db.session.commit()
    return made


def test_one_that_still_runs_is_waited_for(ann: Person, claim: KeyClaim) -> None:
    with ann.app.app_context(), claimed(ann.app.extensions["keepsake"], claim):
        answer = send(ann)
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
        assert send(ann, name="pixel.png").status_code == 422
    assert count(ann.app) == 0


@pytest.mark.parametrize("how", ["process ended", "lease over", "clock set back"])
def test_who_died_holds_nobody_up(
    how: str, ann: Person, claim: KeyClaim, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ann.app.app_context():
        at = {
            "lease over": utcnow() - once_only.LEASE,
            "clock set back": utcnow() + timedelta(hours=1),
        }.get(how, utcnow())
        process = "0" * 16 if how == "process ended" else ann.app.extensions["keepsake"].running.id
        key = claim.key
        IdempotencyKey.claim(key.hash, key.fingerprint, key.user_id, claim.holder, process)
        db.session.flush()
        db.session.query(IdempotencyKey).update({IdempotencyKey.claimed_at: at})
        db.session.commit()
    assert send(ann).status_code == 200 and count(ann.app) == 1
    with ann.app.app_context():  # whoever it was comes too late
        upload = db.session.scalars(db.select(Upload)).one()
        with pytest.raises(StillRunning):
            claim.finish(upload, "token")
    assert send(ann).status_code == 200


@pytest.mark.parametrize("how", ["deleted", "expired"])
def test_what_was_deleted_is_not_uploaded_again(how: str, ann: Person) -> None:
    image = send(ann).json["image"]
    if how == "deleted":
        ann.app.test_client().delete(path_of(image["delete_url"]))
    else:
        with ann.app.app_context():
            db.session.query(Upload).update({Upload.expires_at: utcnow()})
            db.session.commit()
    assert send(ann).status_code == 410
    assert send(ann, "another").status_code == 200


def test_it_is_forgotten_after_a_day(ann: Person) -> None:
    first = send(ann).json["image"]["id_encoded"]
    with ann.app.app_context():
        old = utcnow() - timedelta(hours=24)
        db.session.query(IdempotencyKey).update({IdempotencyKey.claimed_at: old})
        db.session.commit()
        assert IdempotencyKey.has_old() and IdempotencyKey.forget_old(5) == 1
        db.session.rollback()
    assert send(ann, name="pixel.png").json["image"]["id_encoded"] != first
    assert count(ann.app) == 2 and len(rows(ann.app)) == 1


def test_nothing_of_it_can_be_read_from_the_database(ann: Person) -> None:
    image = send(ann, title="A secret title").json["image"]
    (row,) = rows(ann.app)
    token = image["delete_url"].rpartition("/")[2]
    text = " ".join(str(value) for value in vars(row).values())
    assert token not in text and KEY not in text and len(row.sealed or "") < 4000


def test_it_goes_with_the_account(ann: Person) -> None:
    send(ann)
    with ann.app.app_context():
        db.session.execute(db.text("DELETE FROM upload"))
        db.session.execute(db.text("DELETE FROM user"))
        db.session.commit()
    assert rows(ann.app) == []


def test_a_preflight_that_asks_for_it_gets_it(client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Headers": "idempotency-key,x-api-key"}
    answer = client.options("/api/1/upload", headers=asked)
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert allowed == "X-API-Key, Content-Type, Idempotency-Key"


def test_json_and_a_url_have_a_fingerprint_too(ann: Person) -> None:
    import base64

    headers = {"X-API-Key": ann.key, "Idempotency-Key": KEY}
    source = base64.b64encode(sample("alpha.png").read_bytes()).decode()
    answers = [
        ann.app.test_client().post("/api/1/upload", json=body, headers=headers)
        for body in ({"source": source}, {"source": source}, {"source": source[:-8]})
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[0].data == answers[1].data and count(ann.app) == 1
