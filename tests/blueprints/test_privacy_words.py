"""What pages say of a file's private data and of who may open it: the same for the upload page's
script, on the page after a form without scripts, and on the file's own page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from blueprints.http.privacy_words import LINKS_TOLD
from blueprints.http.share_address import share_token
from media.privacy import scrub
from models import (
    Album,
    AlbumMember,
    AlbumVisibility,
    Contribution,
    ShareLink,
    Tag,
    Upload,
    User,
    db,
    utcnow,
)
from services.share_links import share_album, share_files, share_tag
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


SHARED = ["files", "tag", "album"]
ENDED: list[dict[str, Any]] = [
    {"is_revoked": True},
    {"is_revoked": False, "expires_at": utcnow() - timedelta(days=1)},
]
SAYS_IT = re.compile("Share links that show it|has a share link")
ALONE = "Private: only you and moderators can open it."


def shared(person: Person, public_id: str, kind: str) -> ShareLink:
    """A new link of hers by which this upload is seen."""
    user = existing(User.by_name("ann"))
    if kind == "files":
        return share_files(user, [public_id], share_token, {"title": "Some"})
    if kind == "tag":
        return share_tag(user, existing(Tag.find("sea")), share_token, {})
    album = Album.create(user, "Lake")
    db.session.flush()
    Album.append(album.id, Upload.row_ids_of(user, [public_id]))
    db.session.commit()
    return share_album(user, album, share_token, {})


def said_on(client: Any, path: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", client.get(path).text)).split())


@pytest.mark.parametrize("kind", SHARED)
@pytest.mark.parametrize("level", ["private", "members", "unlisted"])
def test_a_share_link_that_shows_it_is_said_while_it_works(
    level: str, kind: str, app: Flask
) -> None:
    """To its owner, with the link; that it is under one is no news for others."""
    ann, bob = make_person(app), make_person(app, "bob")
    log_in(ann.client)
    log_in(bob.client, "bob")
    image = ann.uploaded("plain.jpg", visibility=level, tags="sea")
    assert not SAYS_IT.search(said_on(ann.client, image["path_viewer"]))
    with app.test_request_context():
        link = shared(ann, image["id_encoded"], kind)
        public_id, name = link.public_id, link.name
    page = said_on(ann.client, image["path_viewer"])
    assert f"Share links that show it: {name}." in page
    assert f'href="/links/{public_id}"' in ann.client.get(image["path_viewer"]).text
    is_told = "whoever has a share link that it is under can see it there." in page
    assert is_told is (level != "unlisted") and ALONE not in page
    assert not SAYS_IT.search(said_on(bob.client, image["path_viewer"]))
    for columns in ENDED:
        with app.app_context():
            link = db.session.query(ShareLink).one()
            for column, value in columns.items():
                setattr(link, column, value)
            db.session.commit()
        page = said_on(ann.client, image["path_viewer"])
        assert not SAYS_IT.search(page) and (ALONE in page) is (level == "private")


def test_many_share_links_take_one_line(app: Flask) -> None:
    ann = make_person(app)
    log_in(ann.client)
    image = ann.uploaded("plain.jpg", visibility="private")
    with app.test_request_context():
        for _ in range(LINKS_TOLD + 2):
            shared(ann, image["id_encoded"], "files")
    page = said_on(ann.client, image["path_viewer"])
    assert f"show it: {', '.join(['Some'] * LINKS_TOLD)}, and more." in page


def test_what_waits_is_under_no_link(app: Flask) -> None:
    """Until it is approved: by moderators, or by the owner of the link that it was sent by."""
    ann = make_person(app)
    log_in(ann.client)
    image = ann.uploaded("plain.jpg", visibility="private")
    with app.test_request_context():
        link = shared(ann, image["id_encoded"], "files")
        upload = existing(Upload.find_any(image["id_encoded"]))
        how = {"link_id": link.id, "name": "Tom", "browser": "b", "is_waiting": True}
        db.session.add(Contribution(upload_id=upload.id, **how))
        db.session.commit()
    assert "Share links that show it" not in said_on(ann.client, image["path_viewer"])
    with app.app_context():
        db.session.query(Contribution).one().is_waiting = False
        db.session.commit()
    assert "Share links that show it: Some." in said_on(ann.client, image["path_viewer"])


def test_who_added_to_an_album_learns_of_its_owners_link(app: Flask) -> None:
    make_person(app)
    bob = make_person(app, "bob")
    log_in(bob.client, "bob")
    image = bob.uploaded("plain.jpg", visibility="private")
    with app.test_request_context():
        album = Album.create(existing(User.by_name("ann")), "Lake")
        db.session.flush()
        user = existing(User.by_name("bob"))
        db.session.add(AlbumMember(album_id=album.id, user_id=user.id, may_add=True))
        db.session.flush()
        Album.append(album.id, Upload.row_ids_of(user, [image["id_encoded"]]))
        db.session.commit()
    said = "Private, but the members of an album that it is in"
    assert f"{said} can see it there." in said_on(bob.client, image["path_viewer"])
    with app.test_request_context():
        album = db.session.query(Album).one()
        share_album(album.user, album, share_token, {"title": "Not his to read"})
    page = said_on(bob.client, image["path_viewer"])
    assert "Share links that show it: one of ann." in page and "Not his" not in page
    assert f"{said}, and whoever has a share link that it is under, can see it there." in page
