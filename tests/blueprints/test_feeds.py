"""Feeds, open and secret, and what search engines are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient

from blueprints.documents.feed import NAMESPACE
from blueprints.feeds import ENTRIES
from models import AlbumVisibility, Tag, Upload, User, db, utcnow
from models.base import ALPHABET
from models.role import State
from services.accounts import new_feed_addresses, set_password
from services.albums import AlbumWishes, create_album
from services.settings import Settings
from tests.conftest import PASSWORD, Person, log_in, make_person, path_of
from tests.models.test_listing import put

LATER = utcnow() + timedelta(hours=1)
ATOM = f"{{{NAMESPACE}}}"
ODD = "<b>&\"' \x00\x0b\ufffe ]]> 🙂"


@pytest.fixture
def open_site(make_app: Callable[..., Flask]) -> Person:
    return make_person(make_app(EXPLORE="everyone"))


@pytest.fixture
def closed_site(make_app: Callable[..., Flask]) -> Person:
    return make_person(make_app(EXPLORE="members"))


def entries(client: FlaskClient, path: str) -> dict[str, Any]:
    """Each entry by its title."""
    answer = client.get(path)
    assert answer.status_code == 200 and answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    assert root.find(f"{ATOM}id") is not None and root.find(f"{ATOM}updated") is not None
    return {one.findtext(f"{ATOM}title") or "": one for one in root.iter(f"{ATOM}entry")}


def feed_on(client: FlaskClient, page: str) -> str:
    found = re.search(r'type="application/atom\+xml" href="([^"]+)"', client.get(page).text)
    return path_of(found[1]) if found else ""


def send(person: Person) -> None:
    for level in ("public", "members", "unlisted", "private"):
        person.uploaded("plain.jpg", title=f"{level} one", visibility=level, tags="sea")
    fields = {"title": "soon gone", "visibility": "public", "expiration": "P1D", "tags": "sea"}
    person.uploaded("pixel.png", **fields)


@pytest.mark.parametrize("page", ["/user/ann", "/tag/sea"])
def test_an_open_feed_has_what_everybody_may_find(page: str, open_site: Person) -> None:
    send(open_site)
    guest = open_site.app.test_client()
    feed = feed_on(guest, page)
    assert feed == f"{page}/feed"
    entry = entries(guest, feed)["public one"]
    assert list(entries(guest, feed)) == ["public one"]
    assert "<img" in entry.findtext(f"{ATOM}content")
    log_in(open_site.client)
    assert list(entries(open_site.client, feed)) == ["public one"]


@pytest.mark.parametrize("page", ["/user/ann", "/tag/sea"])
def test_a_secret_feed_has_what_its_member_may_find(page: str, closed_site: Person) -> None:
    send(closed_site)
    app, guest = closed_site.app, closed_site.app.test_client()
    assert guest.get(f"{page}/feed").status_code == 302
    log_in(closed_site.client)
    feed = feed_on(closed_site.client, page)
    assert set(entries(guest, feed)) == {"public one", "members one"}
    assert "<img" not in entries(guest, feed)["members one"].findtext(f"{ATOM}content")
    for wrong in (
        feed.replace("/user/", "/tag/") if "user" in feed else feed.replace("/tag/", "/user/"),
        feed[:-1],
        feed.replace("/feed/1.", "/feed/2."),
        feed.replace(feed[8:12], "0000"),
    ):
        assert guest.get(wrong).status_code == 404, wrong
    with app.app_context():
        new_feed_addresses(ann_of(app))
    assert guest.get(feed).status_code == 404
    new = feed_on(closed_site.client, page)
    assert new != feed and entries(guest, new)
    with app.app_context():
        set_password(Settings(), ann_of(app), PASSWORD)
    assert guest.get(new).status_code == 404
    log_in(closed_site.client)
    newest = feed_on(closed_site.client, page)
    with app.app_context():
        ann_of(app).state = State.BANNED
        db.session.commit()
    assert guest.get(newest).status_code == 404


def ann_of(app: Flask) -> User:
    user = User.by_name("ann")
    assert user
    return user


def test_an_open_album_has_a_feed_with_its_pictures(closed_site: Person) -> None:
    """Also of what is private elsewhere: whoever may open the album has it."""
    album_id = new_album(closed_site, visibility="unlisted")
    closed_site.uploaded("plain.jpg", title="in it", album_id=album_id, visibility="private")
    closed_site.uploaded("pixel.png", title="soon gone", album_id=album_id, expiration="P1D")
    guest = closed_site.app.test_client()
    feed = feed_on(guest, f"/album/Rome.{album_id}")
    assert feed == f"/album/{album_id}/feed" and list(entries(guest, feed)) == ["in it"]
    content = entries(guest, feed)["in it"].findtext(f"{ATOM}content")
    picture = re.search(r'src="([^"]+)"', content)
    assert picture and guest.get(path_of(picture[1])).status_code == 200


def new_album(person: Person, visibility: str) -> str:
    with person.app.app_context():
        wishes: AlbumWishes = {"name": "Rome", "visibility": AlbumVisibility(visibility)}
        settings = person.app.extensions["keepsake"].settings
        album = create_album(settings, ann_of(person.app), "Rome", wishes)
        return album.public_id


def test_no_log_in_no_secret(closed_site: Person) -> None:
    send(closed_site)
    image = closed_site.uploaded("plain.jpg", visibility="public")
    assert "/feed/" not in closed_site.app.test_client().get(image["path_viewer"]).text


def test_odd_texts_are_texts(open_site: Person) -> None:
    fields = {"title": ODD, "description": ODD, "alt_text": '"><script>', "visibility": "public"}
    open_site.uploaded("plain.jpg", **fields)
    (entry,) = entries(open_site.app.test_client(), "/user/ann/feed").values()
    content = entry.findtext(f"{ATOM}content")
    assert "🙂" in entry.findtext(f"{ATOM}title") and "\x0b" not in content
    assert "&lt;b&gt;" in content and "<script>" not in content and "&lt;script&gt;" in content


def test_what_is_not_safe_for_work_has_no_picture(open_site: Person) -> None:
    open_site.uploaded("plain.jpg", title="one", nsfw="1", visibility="public")
    (entry,) = entries(open_site.app.test_client(), "/user/ann/feed").values()
    assert "<img" not in entry.findtext(f"{ATOM}content")


def test_an_unchanged_feed_is_not_sent_again(open_site: Person) -> None:
    send(open_site)
    guest = open_site.app.test_client()
    tag = guest.get("/user/ann/feed").headers["ETag"]
    again = guest.get("/user/ann/feed", headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.data
    open_site.uploaded("animated.gif", visibility="public")
    assert guest.get("/user/ann/feed", headers={"If-None-Match": tag}).status_code == 200


def test_a_feed_of_nobody_and_of_nothing(open_site: Person) -> None:
    guest = open_site.app.test_client()
    assert guest.get("/user/nobody/feed").status_code == 404
    assert entries(guest, "/user/ann/feed") == {} == entries(guest, "/tag/nothing/feed")


def locations(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.mimetype == "application/xml"
    root = ElementTree.fromstring(answer.data)
    return [path_of(one.text or "") for one in root.iter() if one.tag.endswith("}loc")]


def test_search_engines_find_what_everybody_may(open_site: Person) -> None:
    send(open_site)
    image = open_site.uploaded("clip.mp4", title="Waves & wind", visibility="public")
    guest = open_site.app.test_client()
    assert "Sitemap: http://localhost/sitemap.xml" in guest.get("/robots.txt").text
    parts = locations(guest, "/sitemap.xml")
    found = [path for part in parts for path in locations(guest, part)]
    assert image["path_viewer"] in found and "/user/ann" in found and "/explore" in found
    assert len([path for path in found if path.startswith(("/image/", "/clip/"))]) == 2
    for path in found:
        answer = guest.get(path)
        assert answer.status_code == 200 and "noindex" not in answer.text, path
    assert guest.get("/sitemap/xx.xml").status_code == 404
    ids = {path.rpartition(".")[2][0] for path in found if path.startswith(("/image/", "/clip/"))}
    assert parts == ["/sitemap/pages.xml", *(f"/sitemap/{one}.xml" for one in sorted_as_ids(ids))]


def sorted_as_ids(letters: set[str]) -> list[str]:
    return sorted(letters, key=ALPHABET.index)


def test_feeds_have_what_is_shown_however_much_is_not(closed_site: Person) -> None:
    """Own unlisted files and, for an admin, those of others don't push out what is shown."""
    boss = make_person(closed_site.app, "boss", admin=True)
    log_in(boss.client, "boss")
    closed_site.uploaded("plain.jpg", title="shown", visibility="members", tags="sea")
    with closed_site.app.app_context():
        user_id = ann_of(closed_site.app).id
    for _ in range(ENTRIES + 1):
        row = put(closed_site.app, user_id=user_id, visibility="unlisted", created_at=LATER)
        with closed_site.app.app_context():
            db.session.get_one(Upload, row).tags = Tag.named(["sea"])
            db.session.commit()
    log_in(closed_site.client)
    for page in ("/user/ann", "/tag/sea"):
        for client in (closed_site.client, boss.client):
            assert list(entries(client, feed_on(client, page))) == ["shown"], page


def test_a_feeds_own_address_is_one(open_site: Person) -> None:
    open_site.uploaded("plain.jpg", tags="süd see", visibility="public")
    guest = open_site.app.test_client()
    text = guest.get("/tag/s%C3%BCd%20see/feed").text
    found = re.search(r'rel="self"[^>]*href="([^"]+)"', text)
    assert found and found[1] == "http://localhost/tag/s%C3%BCd%20see/feed"


def test_a_closed_site_tells_search_engines_nothing(closed_site: Person) -> None:
    image = closed_site.uploaded("plain.jpg", visibility="public")
    guest = closed_site.app.test_client()
    assert guest.get("/sitemap.xml").status_code == 404
    assert guest.get("/sitemap/0.xml").status_code == 404
    robots = guest.get("/robots.txt").text
    assert "Disallow: /\n" in robots and "Allow: /image/\n" in robots and "Sitemap" not in robots
    assert '<meta name="robots" content="noindex">' in guest.get(image["path_viewer"]).text
