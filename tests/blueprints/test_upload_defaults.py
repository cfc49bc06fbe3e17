"""What holds for a person's uploads that don't say it: album, expiration, what is removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import Album, AlbumVisibility, Upload, User, Visibility, db
from services.keys import issue_key
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of


def album(person: Person, visibility: str, name: str = "Rome") -> str:
    with person.app.app_context():
        made = Album.create(existing(User.by_name(person.name)), name)
        made.visibility = AlbumVisibility(visibility)
        db.session.commit()
        return made.public_id


def save(person: Person, **fields: str) -> Any:
    token = csrf_token(person.client.get("/settings/uploads").text)
    form = {"csrf_token": token, "visibility": "unlisted", **fields}
    return person.client.post("/settings/uploads", data=form)


def newest(person: Person) -> Upload:
    newest: Upload | None = db.session.scalar(db.select(Upload).order_by(Upload.id.desc()).limit(1))
    return existing(newest)


@pytest.fixture
def ann(app: Flask) -> Person:
    person = make_person(app)
    log_in(person.client)
    return person


@pytest.mark.parametrize(
    ("own", "of_key", "of_album", "expected"),
    [
        ("unlisted", None, "public", "unlisted"),
        ("public", None, "members", "members"),
        ("private", None, "public", "private"),
        ("public", "private", "public", "private"),
        ("unlisted", "public", "public", "public"),
        ("public", None, "password", "private"),
    ],
)
def test_the_default_album_lets_nobody_in(
    own: str, of_key: str | None, of_album: str, expected: str, ann: Person
) -> None:
    public_id = album(ann, of_album)
    assert save(ann, visibility=own, album_id=public_id).status_code == 303
    with ann.app.app_context():
        _, text = issue_key(existing(User.by_name("ann")), "", of_key)
    Person(ann.app, "ann", text, ann.client).uploaded("pixel.png")
    with ann.app.app_context():
        assert newest(ann).visibility == expected
        assert [one.name for one in newest(ann).albums] == ["Rome"]


def test_what_an_upload_says_comes_first(ann: Person) -> None:
    usual, other = album(ann, "private"), album(ann, "public", "Trips")
    save(ann, album_id=usual, expiration="P1M")
    ann.uploaded("pixel.png", album_id=other, expiration="P1D")
    with ann.app.app_context():
        upload = newest(ann)
        assert [one.name for one in upload.albums] == ["Trips"]
        assert upload.visibility == "public"  # sent straight into it
        assert upload.expires_at and upload.expires_at - upload.received_at < timedelta(days=2)
    ann.uploaded("pixel.png", visibility="public")
    with ann.app.app_context():
        upload = newest(ann)
        assert [one.name for one in upload.albums] == ["Rome"] and upload.visibility == "public"
        assert upload.expires_at and upload.expires_at - upload.received_at > timedelta(days=27)


def test_an_album_that_is_gone_or_another_s_is_none(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    for public_id in (album(ann, "private"), album(bob, "private")):
        with ann.app.app_context():
            existing(User.by_name("ann")).default_album = public_id
            db.session.execute(db.delete(Album).where(Album.user_id == 1))
            db.session.commit()
        ann.uploaded("pixel.png")
        with ann.app.app_context():
            assert newest(ann).albums == [] and newest(ann).visibility == Visibility.UNLISTED
        assert ann.client.get("/settings/uploads").status_code == 200


def test_the_upload_page_shows_them_and_sends_what_it_shows(ann: Person) -> None:
    public_id = album(ann, "members")
    save(ann, album_id=public_id, expiration="P1W")
    page = ann.client.get("/").text
    panel = page.partition("data-defaults")[2].partition("</details>")[0]
    assert re.search(rf'<option value="{public_id}"[^>]* selected', panel)
    assert re.search(r'<option value="P1W"[^>]* selected', panel)
    assert re.search(r'value="members"[^>]* checked', panel)  # narrower than unlisted
    form = {"csrf_token": csrf_token(page), "visibility": "unlisted", "album_id": ""}
    with open("tests/samples/pixel.png", "rb") as source:
        answer = ann.client.post("/upload", data={**form, "expiration": "", "source": source})
    assert answer.status_code == 200
    with ann.app.app_context():
        assert newest(ann).albums == [] and newest(ann).expires_at is None


@pytest.mark.parametrize(
    ("of_site", "own", "keeps_camera"),
    [("location", "everything", False), ("location", "", True), ("everything", "", False),
     ("nothing", "everything", False), ("everything", "location", False)],
)  # fmt: skip
def test_more_is_removed_than_the_site_wants_never_less(
    of_site: str, own: str, keeps_camera: bool, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(STRIP=of_site))
    with ann.app.app_context():
        existing(User.by_name("ann")).strip = own or None
        db.session.commit()
    image = ann.uploaded("gps-nikon.jpg")
    served = ann.app.test_client().get(path_of(image["url"])).data
    assert (b"COOLPIX" in served) is keeps_camera
    log_in(ann.client)
    page = ann.client.get("/settings/uploads")
    assert page.status_code == 200 and ('value="nothing"' in page.text) is (of_site == "nothing")


@pytest.mark.parametrize(
    ("own", "of_album", "warns"),
    [("private", "unlisted", True), ("private", "private", False), ("private", "password", True),
     ("members", "password", False), ("members", "public", True), ("unlisted", "members", False)],
)  # fmt: skip
def test_saving_says_that_the_album_lets_in_more_people(
    own: str, of_album: str, warns: bool, ann: Person
) -> None:
    public_id = album(ann, of_album)
    save(ann, visibility=own, album_id=public_id)
    page = ann.client.get("/settings/uploads").text
    assert ("album “Rome”, where they can be seen by more people" in page) is warns
    assert f"Rome ({of_album.capitalize()})" in page


@pytest.mark.parametrize(
    ("of_site", "own", "long", "short"),
    [
        ("location", None, "Locations, serial numbers", ""),
        ("location", "everything", "Everything but orientation", "All metadata removed"),
        ("nothing", "location", "Locations, serial numbers", "Locations removed"),
        ("everything", "nothing", "Everything but orientation", ""),
        ("nothing", None, "Nothing is removed", ""),
    ],
)
def test_the_upload_page_shows_what_is_removed(
    of_site: str, own: str | None, long: str, short: str, make_app: Callable[..., Flask]
) -> None:
    """In its options; and in the line above them, where it is more than the site wants."""
    ann = make_person(make_app(STRIP=of_site))
    log_in(ann.client)
    with ann.app.app_context():
        existing(User.by_name("ann")).strip = own
        db.session.commit()
    page = ann.client.get("/").text
    assert f'<p class="help whole" data-before-upload>{long}' in page
    end = f" · {short}" if short else ""
    assert f"data-said-options>Unlisted{end}</span>" in page
    assert f'data-removed="{short}"' in page
