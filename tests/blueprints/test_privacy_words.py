"""What pages say of a file's private data and of who may open it: the same for the upload page's
script, on the page after a form without scripts, and on the file's own page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from media.privacy import scrub
from models import Album, AlbumVisibility, Upload, User, db
from tests.conftest import Person, csrf_token, existing, log_in, make_person, sample


def sent(person: Person, name: str, **fields: str) -> tuple[dict[str, Any], str]:
    """The report that the script gets, and the page that a form gets."""
    token = csrf_token(person.client.get("/upload/form").text)
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    script = person.client.post(
        "/upload", data={"source": sample(name).open("rb"), **fields}, headers=headers
    )
    form = person.client.post(
        "/upload",
        data={"csrf_token": token, "source": sample(name).open("rb"), **fields},
        headers={"Accept": "text/html"},
    )
    assert script.status_code == form.status_code == 200
    return script.get_json(), html.unescape(form.text)


@pytest.mark.parametrize("strip", ["nothing", "location", "everything"])
@pytest.mark.parametrize("leaks", [False, True])
@pytest.mark.parametrize("name", ["gps-nikon.jpg", "plain.jpg"])
def test_data_that_is_there_is_not_denied(
    strip: str,
    leaks: bool,
    name: str,
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if leaks:
        monkeypatch.setattr(scrub, "changes", lambda *args: [])
    ann = make_person(make_app(STRIP=strip, ALLOW_DUPLICATES=True))
    log_in(ann.client)
    answer, page = sent(ann, name)
    said = answer["report"]["privacy"]
    assert said in page
    with ann.app.app_context():
        upload = db.session.get_one(Upload, 1)
        removed, kept, leftovers = upload.removed, upload.kept, upload.leftovers
    assert bool(removed) == said.startswith("Removed: ")
    assert bool(kept) == ("Kept: " in said)
    assert (said == "No private data found.") == (not removed and not kept and not leftovers)
    if strip == "nothing" and name == "gps-nikon.jpg":
        assert said.startswith("Nothing removed. Kept: location")
    assert bool(leftovers) == ("that couldn't be removed" in page)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("private", "Private: only you and moderators can open it."),
        ("members", "Members only: everyone with an account can open it."),
        ("unlisted", ""),
    ],
)
def test_who_may_open_it_has_one_wording(level: str, said: str, app: Flask) -> None:
    ann = make_person(app)
    log_in(ann.client)
    answer, page = sent(ann, "plain.jpg", visibility=level)
    assert answer["report"]["audience"] == said
    own = ann.client.get(answer["image"]["url_viewer"].partition("localhost")[2])
    assert all(said in one for one in (page, html.unescape(own.text)))
    if not said:
        assert not re.search(r"[Oo]nly.{0,40}can open it", page + own.text)


def test_admins_read_whose_it_is(app: Flask) -> None:
    ann, bob = make_person(app), make_person(app, "bob", admin=True)
    image = ann.uploaded("plain.jpg", visibility="private")
    log_in(bob.client, "bob")
    asked = bob.client.get(image["path_viewer"]).text
    path = f"/manage/{image['id_encoded']}/open"
    bob.client.post(path, data={"csrf_token": csrf_token(asked)})
    page = bob.client.get(image["path_viewer"]).text
    assert "Private: only ann and moderators can open it." in page


def test_a_guests_file_that_stays_private(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "changes", lambda *args: [])
    app = make_app(GUEST_UPLOADS=True, ALLOW_DUPLICATES=True)
    guest = Person(app, "", "", app.test_client())
    answer, page = sent(guest, "gps-nikon.jpg")
    report = answer["report"]
    assert report["audience"] == "Private: only you and moderators can open it."
    assert report["stays_private"].startswith("It stays private: it still contains data")
    assert report["audience"] in page and report["stays_private"] in page


LINK = "but everyone with the link to its album can see it there."


@pytest.mark.parametrize(
    ("level", "of_albums", "said"),
    [
        ("private", ["private"], "Private: only you and moderators can open it."),
        ("private", ["private", "unlisted"], f"Private, {LINK}"),
        ("private", ["public", "password"], f"Private, {LINK}"),
        ("private", ["password"], "Private, but whoever knows the password of its album can see"),
        ("private", ["members"], "Private, but everyone with an account can see it in its album."),
        ("members", ["password"], "Members only: everyone with an account can open it."),
        ("members", ["public"], f"Members only, {LINK}"),
        ("unlisted", ["public"], ""),
    ],
)
def test_an_album_that_lets_in_more_people_is_said(
    level: str, of_albums: list[str], said: str, app: Flask
) -> None:
    """In the answer to the upload, on its page, and to its owner and moderators alone."""
    ann = make_person(app)
    log_in(ann.client)
    with app.app_context():
        albums = [Album.create(existing(User.by_name("ann")), f"a{n}") for n in range(2)]
        for album, visibility in zip(albums, of_albums, strict=False):
            album.visibility = AlbumVisibility(visibility)
        db.session.commit()
        ids = [album.public_id for album in albums]
    answer, _ = sent(ann, "plain.jpg", visibility=level, album_id=ids[0])
    with app.app_context():
        row = db.session.get_one(Upload, 1)
        for album in db.session.scalars(db.select(Album)):
            if album.public_id != ids[0] and len(of_albums) > 1:
                Album.append(album.id, [row.id])
        db.session.commit()
    path = answer["image"]["url_viewer"].partition("localhost")[2]
    page = html.unescape(ann.client.get(path).text)
    assert said in page
    if len(of_albums) == 1:
        heard = answer["report"]["audience"]
        assert heard.startswith(said) and bool(heard) == bool(said)
    assert "its album" not in app.test_client().get(path).text
