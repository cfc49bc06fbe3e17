"""What a guest's browser sent is its own: it sees, edits and deletes it, for as long as it is
there; nobody else does, and who logs in there is asked whether it is theirs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from blueprints.http.receive import HEAD_ONLY
from models import Space, Tally, Upload, Visitor, db, utcnow
from services.keys import issue_guest_key
from services.settings import change
from tests.conftest import csrf_token, existing, log_in, make_person, path_of, sample

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(GUEST_UPLOADS=True)


@pytest.fixture
def guest(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient) -> str:
    return csrf_token(client.get("/").text)


def answer_to(client: FlaskClient, name: str = "pixel.png", key: str = "", **fields: str) -> Any:
    headers = {**SCRIPT, "X-CSRFToken": token(client), "Idempotency-Key": key or token_hex(4)}
    data = {"source": sample(name).open("rb"), **fields}
    return client.post("/upload", data=data, headers=headers)


def send(client: FlaskClient, **fields: str) -> str:
    answer = answer_to(client, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json["image"]["id_encoded"])


def row(app: Flask, public_id: str) -> Upload:
    with app.app_context():
        found = db.select(Upload).where(Upload.public_id == public_id)
        upload: Upload | None = db.session.scalar(found)
        return existing(upload)


def later(client: FlaskClient) -> FlaskClient:
    """The same browser on another day: its session is over."""
    again = client.application.test_client()
    cookie = client.get_cookie("guest")
    if cookie:
        again.set_cookie("guest", cookie.value)
    return again


def test_only_who_sends_something_gets_the_cookie(app: Flask, guest: FlaskClient) -> None:
    for path in ("/", "/mine", "/login", "/upload/form"):
        guest.get(path)
    assert guest.get_cookie("guest") is None
    answer = answer_to(guest)
    (header,) = (one for one in answer.headers.getlist("Set-Cookie") if one.startswith("guest="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Secure" not in header and "Max-Age=34560000" in header
    assert answer_to(guest, "text-as.jpg").status_code == 400
    ann = make_person(app, "ann")
    log_in(ann.client)
    send(ann.client)
    assert ann.client.get_cookie("guest") is None


def test_files_sent_side_by_side_are_of_one_browser(app: Flask, guest: FlaskClient) -> None:
    """Each before the answer to the other, so without the cookie. A lost answer is no harm."""
    first = send(guest)
    guest.delete_cookie("guest")
    second = send(guest, key="second")
    assert row(app, first).guest_browser == row(app, second).guest_browser
    guest.delete_cookie("guest")
    told: Any = guest.post(
        "/upload/arrived", data={"key": "second"}, headers={**SCRIPT, "X-CSRFToken": token(guest)}
    )
    assert told.json["can_edit"] and guest.get_cookie("guest")
    page = later(guest).get("/mine").text
    assert first in page and second in page


def test_the_list_stays_when_the_browser_restarts(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    with app.app_context():
        db.session.execute(db.update(Upload).values(received_at=utcnow() - timedelta(days=20)))
        Upload.forget_guests(timedelta(days=1))
        db.session.commit()
    assert row(app, sent).guest is None
    again = later(guest)
    assert sent in again.get("/mine").text
    today = send(again)
    page = again.get("/mine").text
    assert page.index(today) < page.index(sent)


def test_it_stays_when_guests_may_no_longer_upload(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_UPLOADS": False})
    assert sent in guest.get("/mine").text and 'href="/mine"' in guest.get("/login").text
    assert guest.get(f"/manage/{sent}/delete").status_code == 200
    stranger = app.test_client()
    assert stranger.get("/mine").headers["Location"].startswith("/login")


def test_a_guest_edits_and_deletes_in_that_browser(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    again = later(guest)
    page = again.get(f"/image/{sent}", follow_redirects=True).text
    assert f"/manage/{sent}/edit" in page and f"/manage/{sent}/albums" not in page
    form = {"csrf_token": csrf_token(again.get(f"/manage/{sent}/edit").text)}
    saved = again.post(f"/manage/{sent}/edit", data={**form, "title": "A boat"})
    assert saved.status_code == 303 and row(app, sent).title == "A boat"
    assert again.post(f"/manage/{sent}/delete", data=form).status_code == 303
    assert sent not in again.get("/mine").text
    with app.app_context():
        assert not Upload.exists(sent)


def test_nobody_else_does(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest, title="Secret boat")
    other, bob = app.test_client(), make_person(app, "bob").client
    send(other)
    log_in(bob, "bob")
    for client, status in ((other, 302), (app.test_client(), 302), (bob, 404)):
        form = {"csrf_token": token(client), "title": "Mine"}
        for action in ("edit", "delete", "delete-link"):
            assert client.post(f"/manage/{sent}/{action}", data=form).status_code == status
        assert client.get(f"/manage/{sent}/edit").status_code == status
        assert "Secret boat" not in client.get("/mine").text
        page = client.get(f"/image/{sent}", follow_redirects=True).text
        assert "Secret boat" in page
        assert f"/manage/{sent}" not in page.replace(f"/manage/{sent}/report", "")
    assert row(app, sent).title == "Secret boat"


def test_what_is_private_is_for_its_guest_and_its_original_for_nobody(
    app: Flask, guest: FlaskClient
) -> None:
    sent = send(guest)
    with app.app_context():
        db.session.execute(db.update(Upload).values(visibility="private"))
        db.session.commit()
    assert later(guest).get(f"/image/{sent}", follow_redirects=True).status_code == 200
    assert later(guest).get(f"/original/{sent}").status_code == 404
    assert app.test_client().get(f"/image/{sent}", follow_redirects=True).status_code == 404
    form = {"csrf_token": token(guest), "visibility": "members"}
    assert guest.post(f"/manage/{sent}/edit", data=form).status_code == 400


def test_a_cached_page_is_not_the_guest_s_own(app: Flask, guest: FlaskClient) -> None:
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_EXPIRES_DAYS": 0})
    sent = send(guest)
    stranger = app.test_client()
    stranger.get("/login")
    for _ in range(2):
        for client, may in ((guest, True), (stranger, False)):
            page = client.get(f"/image/{sent}", follow_redirects=True).text
            assert (f"/manage/{sent}/edit" in page) == may


# --- how large, and until when


def days_left(end: datetime | None) -> float | None:
    return (end - utcnow()) / timedelta(days=1) if end else None


@pytest.mark.parametrize(
    "days, asked, left",
    [(30, "", 30), (30, "P1D", 1), (30, "P1Y", 30), (0, "", None), (0, "P1D", 1), (1, "P3D", 1)],
)
def test_what_guests_send_expires(
    days: int, asked: str, left: int | None, app: Flask, guest: FlaskClient
) -> None:
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_EXPIRES_DAYS": days})
        key = issue_guest_key()
    ids = [send(guest, expiration=asked)]
    data = {"source": sample("pixel.png").open("rb"), "expiration": asked}
    answer: Any = guest.post("/api/1/upload", data=data, headers={"X-API-Key": key})
    ids.append(answer.json["image"]["id_encoded"])
    for one in ids:
        found = days_left(row(app, one).expires_at)
        assert found is None if left is None else found == pytest.approx(left, abs=0.01)
    assert row(app, ids[1]).guest_browser is None  # the API knows no cookies


def test_an_edit_does_not_prolong_it(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    form = {"csrf_token": token(guest)}
    for asked, left in (("P1Y", 30), ("", 30), ("P1D", 1)):
        guest.post(f"/manage/{sent}/edit", data={**form, "expiration": asked})
        assert days_left(row(app, sent).expires_at) == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize(
    ("was", "asked", "left"),
    [(365, "P1Y", 305), (365, "P1M", 30), (365, "P1D", 1), (365, "", 305),
     (0, "P1M", 30), (0, "", None)],
)  # fmt: skip
def test_an_edit_ends_nothing_where_the_site_says_less_by_now(
    was: int, asked: str, left: int | None, app: Flask, guest: FlaskClient
) -> None:
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_EXPIRES_DAYS": was})
    sent = send(guest)
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_EXPIRES_DAYS": 30})
        for upload in db.session.scalars(db.select(Upload)):
            upload.received_at -= timedelta(days=60)
            if upload.expires_at:
                upload.expires_at -= timedelta(days=60)
        db.session.commit()
    form = {"csrf_token": token(guest), "expiration": asked}
    assert guest.post(f"/manage/{sent}/edit", data=form).status_code == 303
    found = days_left(row(app, sent).expires_at)
    assert found is None if left is None else found == pytest.approx(left, abs=1)


def test_members_are_not_meant(app: Flask) -> None:
    ann = make_person(app, "ann")
    log_in(ann.client)
    assert row(app, send(ann.client)).expires_at is None
    assert "Deleted after" not in ann.client.get("/").text


def test_a_guest_s_file_has_its_own_limit(app: Flask, guest: FlaskClient) -> None:
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_MAX_UPLOAD_MB": 1})
        key = issue_guest_key()
    page = guest.get("/").text
    assert 'data-max-bytes="1000000"' in page and "Up to 1 MB a file." in page
    large = sample("iphone-gps-8mp.jpg").read_bytes()
    assert len(large) > 1_000_000
    refused = answer_to(guest, "iphone-gps-8mp.jpg")
    assert refused.status_code == 400 and "max 1 MB" in refused.json["error"]["message"]
    for fields, headers in (({"key": key}, {}), ({}, {"X-API-Key": key})):
        data = {"source": sample("iphone-gps-8mp.jpg").open("rb"), **fields}
        answer: Any = app.test_client().post("/api/1/upload", data=data, headers=headers)
        assert "max 1 MB" in answer.json["error"]["message"]
    ann = make_person(app, "ann")
    log_in(ann.client)
    assert answer_to(ann.client, "iphone-gps-8mp.jpg").status_code == 200
    assert ann.upload("iphone-gps-8mp.jpg").status_code == 200


def test_the_limit_is_of_each_file_of_a_form(
    app: Flask, guest: FlaskClient, tmp_path: Path
) -> None:
    """Without scripts all come in one body, which may be longer."""
    with app.app_context():
        change(app.extensions["keepsake"].store, {"GUEST_MAX_UPLOAD_MB": 1})
    noise = tmp_path / "noise.png"
    Image.frombytes("RGB", (560, 560), random.Random(7).randbytes(560 * 560 * 3)).save(noise)
    assert 900_000 < noise.stat().st_size < 1_000_000
    data = {"csrf_token": token(guest), "source": [noise.open("rb") for _ in range(3)]}
    assert guest.post("/upload", data=data).status_code == 200
    with app.app_context():
        assert len(list(db.session.scalars(db.select(Upload)))) == 3


def test_a_choice_of_days_is_no_more_than_there_are(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    choices = guest.get("/upload/form").text
    assert "In 30 days" in choices and "P6M" not in choices and "P1W" in choices
    form = guest.get(f"/manage/{sent}/edit").text
    assert "In 30 days" not in form and ">Never<" not in form and "P1W" in form


def test_a_body_that_is_too_long_is_not_read(app: Flask, guest: FlaskClient) -> None:
    headers = {**SCRIPT, "X-CSRFToken": token(guest)}
    environ = {"CONTENT_LENGTH": "31000001", HEAD_ONLY: True}
    answer: Any = guest.post("/upload", headers=headers, environ_overrides=environ)
    assert answer.status_code == 413 and "max 20 MB" in answer.json["error"]["message"]


# --- logging in


def test_who_logs_in_is_asked_whether_they_are_theirs(app: Flask, guest: FlaskClient) -> None:
    sent = [send(guest), send(guest, expiration="P1D")]
    make_person(app, "ann")
    log_in(guest)
    for path in ("/", "/mine"):
        assert "uploaded files as a guest" in guest.get(path).text
    assert sent[0] not in guest.get("/mine").text  # not before they say so
    data = {"csrf_token": token(guest), "take": "1"}
    taken = guest.post("/mine/guest", data=data, follow_redirects=True)
    assert "2 files are now yours." in taken.text and "as a guest" not in taken.text
    assert all(one in taken.text for one in sent)
    for one in sent:
        found = row(app, one)
        assert (found.user_id, found.guest_browser, found.guest) == (1, None, None)
        assert found.expires_at
    with app.app_context():
        assert Space.of(None).own == 0 and Space.of(1).own == Space.of(1).all > 0
        assert sum(one.uploads for one in Tally.of(1, "received_at")) == 2
        assert Upload.find(sent[0], Visitor.GUEST)  # unlisted, as it was
    guest.post("/logout", data={"csrf_token": token(guest)})
    assert sent[0] not in guest.get("/mine").text


def test_what_does_not_fit_stays_a_guest_s(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    ann = make_person(app, "ann")
    with app.app_context():
        change(app.extensions["keepsake"].store, {"QUOTA_MB": 1})
        db.session.execute(db.update(Space).values(bytes=Space.bytes + 2_000_000))
        db.session.merge(Space(holder=1, bytes=1_000_000))
        db.session.commit()
    log_in(guest, ann.name)
    data = {"csrf_token": token(guest), "take": "1"}
    assert "1 MB" in guest.post("/mine/guest", data=data, follow_redirects=True).text
    assert row(app, sent).user_id is None and "as a guest" in guest.get("/mine").text


def test_who_says_no_is_not_asked_again_until_they_log_in(app: Flask, guest: FlaskClient) -> None:
    sent = send(guest)
    make_person(app, "ann")
    log_in(guest)
    guest.post("/mine/guest", data={"csrf_token": token(guest), "keep": "1"})
    assert "as a guest" not in guest.get("/mine").text
    guest.post("/logout", data={"csrf_token": token(guest)})
    assert sent in guest.get("/mine").text and row(app, sent).user_id is None
    log_in(guest)
    assert "as a guest" in guest.get("/mine").text


def test_a_member_is_no_guest_in_the_same_browser(app: Flask, guest: FlaskClient) -> None:
    """Somebody else may have sent it from this computer."""
    image = answer_to(guest).json["image"]
    make_person(app, "bob")
    log_in(guest, "bob")
    sent = image["id_encoded"]
    assert guest.get(f"/manage/{sent}/edit").status_code == 404
    assert guest.get(path_of(image["url"])).status_code == 200
    stranger = app.test_client()
    assert stranger.post("/mine/guest", data={"csrf_token": token(stranger)}).status_code == 302
