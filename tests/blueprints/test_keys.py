"""API keys with limits: what each keeps out, and what their owner reads."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Album, AlbumVisibility, ApiKey, Upload, User, Visibility, db, utcnow
from models.api_key import KeyLimits
from services.delete_album import delete_album
from services.jobs import key_addresses, limits
from services.jobs.kind import Turn
from services.keys import issue_key
from tests.conftest import Person, csrf_token, existing, log_in, make_person, sample

PAGE = "/settings/api"
KEY = re.compile(r"chv_[A-Za-z0-9]{6}_[A-Za-z0-9]{128}")


def with_key(ann: Person, visibility: str | None = None, **more: Any) -> Person:
    """Ann with another key."""
    made: KeyLimits = more  # type: ignore[assignment]
    with ann.app.app_context():
        _, text = issue_key(existing(User.by_name("ann")), "other", visibility, **made)
    return Person(ann.app, "ann", text, ann.client)


def album(ann: Person, visibility: str = "public", name: str = "Phone") -> str:
    with ann.app.app_context():
        made = Album.create(existing(User.by_name(ann.name)), name)
        made.visibility = AlbumVisibility(visibility)
        db.session.commit()
        return made.public_id


def newest(app: Flask) -> Upload:
    with app.app_context():
        row: Upload = db.session.scalars(db.select(Upload).order_by(Upload.id.desc())).all()[0]
        return row


def albums_of(app: Flask, upload: Upload) -> list[str]:
    with app.app_context():
        return [one.public_id for one in db.session.get_one(Upload, upload.id).albums]


def post(client: FlaskClient, path: str, **data: str) -> Any:
    token = csrf_token(client.get(PAGE).text)
    return client.post(path, data={"csrf_token": token, **data})


# --- expiry


def test_an_expired_key_is_refused_as_a_wrong_one(ann: Person) -> None:
    soon = with_key(ann, expires_at=utcnow() + timedelta(hours=1))
    soon.uploaded("pixel.png")
    wrong = Person(ann.app, "ann", "chv_abcdef_" + "x" * 128, ann.client).upload("pixel.png")
    with ann.app.app_context():
        db.session.execute(db.update(ApiKey).values(expires_at=utcnow() - timedelta(seconds=1)))
        db.session.commit()
    refused = soon.upload("pixel.png")
    assert (refused.status_code, refused.data) == (400, wrong.data)
    assert refused.json["error"] == {"message": "Invalid API key.", "code": 100}
    log_in(ann.client)
    assert "Expired " in ann.client.get(PAGE).text


@pytest.mark.parametrize(("choice", "days"), [("", None), ("7", 7), ("30", 30), ("365", 365)])
def test_when_a_key_expires_is_chosen(choice: str, days: int | None, ann: Person) -> None:
    log_in(ann.client)
    assert post(ann.client, PAGE, label="Phone", scope="upload", expires=choice).status_code == 303
    with ann.app.app_context():
        ends = db.session.scalars(db.select(ApiKey.expires_at).order_by(ApiKey.id.desc())).first()
        assert (ends is None) if days is None else (ends and (ends - utcnow()).days in (days - 1,))


# --- album


def test_uploads_go_into_the_album_of_the_key(ann: Person) -> None:
    """And take its visibility where the key has none; an upload's own word comes first, then the
    key's (contract, *Request*).
    """
    phone, trip = album(ann), album(ann, "members", "Trip")
    person = with_key(ann, "private", album_id=phone)
    person.uploaded("pixel.png", album_id=trip)
    assert newest(ann.app).visibility == "private"
    person = with_key(ann, album_id=phone)
    person.uploaded("pixel.png")
    row = newest(ann.app)
    assert (albums_of(ann.app, row), row.visibility) == ([phone], "public")
    person.uploaded("pixel.png", album_id=trip)
    row = newest(ann.app)
    assert (albums_of(ann.app, row), row.visibility) == ([trip], "members")
    person.uploaded("pixel.png", visibility="unlisted")
    row = newest(ann.app)
    assert (albums_of(ann.app, row), row.visibility) == ([phone], "unlisted")


def test_the_album_of_a_key_comes_before_its_person_s(ann: Person) -> None:
    phone, usual = album(ann), album(ann, "members", "Usual")
    with ann.app.app_context():
        existing(User.by_name("ann")).default_album = usual
        db.session.commit()
    with_key(ann, album_id=phone).uploaded("pixel.png")
    assert albums_of(ann.app, newest(ann.app)) == [phone]
    ann.uploaded("pixel.png")
    assert albums_of(ann.app, newest(ann.app)) == [usual]


def test_an_album_that_was_deleted_leaves_uploads_private_and_says_so(ann: Person) -> None:
    person = with_key(ann, album_id=album(ann))
    site = ann.app.extensions["keepsake"]
    with ann.app.app_context():
        delete_album(site, db.session.scalars(db.select(Album)).one())
    person.uploaded("pixel.png")
    row = newest(ann.app)
    assert (albums_of(ann.app, row), row.visibility) == ([], "private")
    log_in(ann.client)
    assert "Its album was deleted: its uploads are private." in ann.client.get(PAGE).text
    public_id = person.key.split("_")[1]
    assert post(ann.client, f"{PAGE}/{public_id}/edit", label="other", album_id="", visibility="")
    assert "Its album was deleted" not in ann.client.get(PAGE).text
    person.uploaded("pixel.png")
    assert newest(ann.app).visibility == "unlisted"


def test_an_album_of_another_person_is_none(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    theirs = album(bob)
    with_key(ann, album_id=theirs).uploaded("pixel.png")  # as no form would make it
    row = newest(ann.app)
    assert (albums_of(ann.app, row), row.visibility) == ([], "private")
    log_in(ann.client)
    answer = post(ann.client, PAGE, label="x", scope="upload", album_id=theirs)
    assert answer.status_code == 400
    run = ann.app.test_cli_runner()
    assert run.invoke(args=["key", "create", "ann", "--album", theirs]).exit_code == 1


# --- size


@pytest.mark.parametrize("place", ["header", "query", "body"])
def test_a_larger_file_is_refused(place: str, ann: Person) -> None:
    """Wherever the key is; while the body comes where that is known before it."""
    text = with_key(ann, max_mb=1).key
    file = sample("plain.jpg").read_bytes()
    for data, status in ((file, 200), (file + b"\0" * 1_000_000, 400)):
        form: dict[str, Any] = {"source": (io.BytesIO(data), "a.jpg")}
        form |= {"key": text} if place == "body" else {}
        answer = ann.app.test_client().post(
            "/api/1/upload",
            query_string={"key": text} if place == "query" else {},
            headers={"X-API-Key": text} if place == "header" else {},
            data=form,
        )
        assert answer.status_code == status
    assert answer.json and answer.json["error"]["message"] == "File too big - max 1 MB"
    assert newest(ann.app).id == 1


def test_the_site_s_limit_holds_too(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(MAX_UPLOAD_MB=1))
    answer = with_key(ann, max_mb=50).upload(b"\0" * 1_200_000)
    assert answer.json["error"]["message"] == "File too big - max 1 MB"


# --- use


def test_from_where_a_key_was_used_is_for_its_owner(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann.app.test_client().post(
        "/api/1/upload",
        headers={"X-API-Key": ann.key},
        environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
    )
    log_in(ann.client)
    assert "from 203.0.113.9" in ann.client.get(PAGE).text
    run = ann.app.test_cli_runner()
    assert "203.0.113.9" not in run.invoke(args=["key", "list"]).output
    bob = make_person(ann.app, "bob", admin=True)
    log_in(bob.client, "bob")
    assert "203.0.113.9" not in bob.client.get(PAGE).text


def test_a_use_is_written_once_a_minute(ann: Person) -> None:
    def used() -> tuple[Any, str | None]:
        with ann.app.app_context():
            key = db.session.get_one(ApiKey, 1)
            return key.last_used_at, key.last_used_from

    def use(address: str) -> None:
        ann.app.test_client().post(
            "/api/1/upload",
            headers={"X-API-Key": ann.key},
            environ_overrides={"REMOTE_ADDR": address},
        )

    use("203.0.113.9")
    first = used()
    use("198.51.100.7")
    assert used() == first and first[1] == "203.0.113.9"
    with ann.app.app_context():
        db.session.execute(db.update(ApiKey).values(last_used_at=utcnow() - timedelta(minutes=2)))
        db.session.commit()
    use("2001:db8::7")
    assert used()[1] == "2001:db8::7"


def test_where_it_was_used_is_forgotten(ann: Person) -> None:
    site = ann.app.extensions["keepsake"]
    turn = Turn({}, lambda: False)
    with ann.app.app_context():
        long_ago = utcnow() - limits.ADDRESSES_FORGOTTEN_AFTER
        key = db.session.get_one(ApiKey, 1)
        key.last_used_at, key.last_used_from = long_ago + timedelta(minutes=1), "203.0.113.9"
        db.session.commit()
        assert not key_addresses.has_work(site)
        key.last_used_at = long_ago - timedelta(minutes=1)
        db.session.commit()
        assert key_addresses.has_work(site) and key_addresses.run(site, turn) is None
        db.session.expire_all()
        assert key.last_used_from is None and key.last_used_at and not key_addresses.has_work(site)


# --- forms


def test_a_key_is_renamed_and_changed(ann: Person) -> None:
    phone = album(ann)
    log_in(ann.client)
    path = f"{PAGE}/{ann.key.split('_')[1]}/edit"
    data = {"label": "New phone", "visibility": "members", "album_id": phone, "max_mb": "20"}
    assert post(ann.client, path, **data).status_code == 303
    page = ann.client.get(PAGE).text
    assert "New phone" in page and "Up to 20 MB" in page and f'href="/album/Phone.{phone}"' in page
    form = ann.client.get(path).text
    assert 'value="New phone"' in form and f'selected value="{phone}"' in form
    # what it may do and until when isn't asked for, and doesn't follow
    post(ann.client, path, **data, scope="manage", expires="365", expires_at="2999-01-01")
    with ann.app.app_context():
        key = db.session.get_one(ApiKey, 1)
        assert (key.scope, key.expires_at, key.max_mb) == ("upload", None, 20)
    ann.uploaded("pixel.png")  # with the same text


def test_the_album_of_a_key_that_manages_stays(ann: Person) -> None:
    """Without it, the program would reach everything."""
    phone, log_in_once = album(ann), log_in(ann.client)
    assert log_in_once.status_code == 302
    post(ann.client, PAGE, label="Frame", scope="read", album_id=phone)
    with ann.app.app_context():
        frame = db.session.get_one(ApiKey, 2)
        path = f"{PAGE}/{frame.public_id}/edit"
    form = ann.client.get(path).text
    assert "Beyond uploading" not in form and phone in form
    for other in ("", phone):
        post(ann.client, path, label="Frame 2", album_id=other)
        with ann.app.app_context():
            assert db.session.get_one(ApiKey, 2).album_id == phone
    with ann.app.app_context():
        assert db.session.get_one(ApiKey, 2).label == "Frame 2"


def test_what_is_wrong_is_said_beside_the_field_and_stays(ann: Person) -> None:
    log_in(ann.client)
    answer = post(ann.client, PAGE, label="Phone", scope="upload", max_mb="20 MB")
    assert "Enter a whole number of MB" in answer.text and 'value="20 MB"' in answer.text
    assert re.search(r'<details class="fold" open>', answer.text)
    path = f"{PAGE}/{ann.key.split('_')[1]}/edit"
    answer = post(ann.client, path, label="", max_mb="x")
    assert answer.status_code == 400 and "Enter a name for the key" in answer.text
    with ann.app.app_context():
        assert [key.label for key in ApiKey.all_with_users()] == ["tests"]


def test_a_key_of_somebody_else_is_not_there(ann: Person) -> None:
    bob = make_person(ann.app, "bob", admin=True)
    log_in(bob.client, "bob")
    path = f"{PAGE}/{ann.key.split('_')[1]}/edit"
    assert bob.client.get(path).status_code == 404
    assert post(bob.client, path, label="mine").status_code == 404


def test_a_key_of_the_command_with_limits(ann: Person) -> None:
    phone, run = album(ann), ann.app.test_cli_runner()
    more = ["--album", phone, "--scope", "manage", "--days", "30", "--max-mb", "5"]
    made = run.invoke(args=["key", "create", "ann", "--label", "phone", *more])
    assert made.exit_code == 0 and KEY.fullmatch(made.output.strip())
    with ann.app.app_context():
        key = existing(ApiKey.find(made.output.strip()))
        assert (key.album_id, key.scope, key.max_mb) == (phone, "manage", 5)
        assert key.expires_at and (key.expires_at - utcnow()).days == 29
    for wrong in (["--days", "0"], ["--max-mb", "-1"], ["--scope", "admin"]):
        assert run.invoke(args=["key", "create", "ann", *wrong]).exit_code == 2


def test_the_wire_is_the_same_for_a_plain_key(ann: Person) -> None:
    answer = ann.upload("pixel.png")
    other = with_key(ann, max_mb=5, expires_at=utcnow() + timedelta(days=1)).upload("pixel.png")
    assert json.loads(answer.data).keys() == json.loads(other.data).keys()
    assert answer.json["image"].keys() == other.json["image"].keys()
    assert newest(ann.app).visibility == Visibility.UNLISTED
