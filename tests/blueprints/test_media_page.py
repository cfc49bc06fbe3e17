"""The media page as its visitors see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Upload, User, db
from tests.conftest import Person, existing, log_in, make_person


def test_the_camera_panel(ann: Person) -> None:
    text = ann.client.get(ann.uploaded("iphone-gps-8mp.jpg")["path_viewer"]).text
    for value in (
        "Apple iPhone 6",
        "iPhone 6 back camera 4.15mm f/2.2",
        "1/40 s",
        "f/2.2",
        "<dd>32</dd>",
        "4.15 mm",
        "10 Apr 2015, 20:12 UTC",
    ):
        assert value in text, value


def test_nsfw_is_veiled(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", nsfw="1")
    page = ann.client.get(image["path_viewer"]).text
    assert 'class="unveil' in page and "application/ld+json" not in page and "oembed" not in page
    log_in(ann.client)
    assert 'class="veiled"' in ann.client.get("/explore").text


def test_views_are_counted_once_a_visitor(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    app, path = ann.app, image["path_viewer"]
    site = app.extensions["keepsake"]

    def views() -> int:
        return int(re.search(r"<dt>Views</dt><dd>(\d+)", app.test_client().get(path).text)[1])  # type: ignore[index]

    def look(agent: str, address: str = "1.2.3.4", **headers: str) -> None:
        app.test_client().get(
            path, headers={"User-Agent": agent, **headers}, environ_base={"REMOTE_ADDR": address}
        )

    assert views() == 1  # the test client is a visitor, too
    for _ in range(3):
        look("Firefox")
    look("Chrome")
    look("Firefox", "5.6.7.8")
    assert views() == 4
    look("Twitterbot/1.0")
    look("Firefox", "9.9.9.9", **{"Sec-Purpose": "prefetch"})
    app.test_client().head(path, headers={"User-Agent": "Other"})
    log_in(ann.client)
    ann.client.get(path, headers={"User-Agent": "Owner"})
    assert views() == 4
    with app.app_context():
        assert db.session.get_one(Upload, 1).views == 0  # no write to the database per look
        site.views.flush()
        db.session.expire_all()
        assert db.session.get_one(Upload, 1).views == 4
    look("Firefox")
    assert views() == 4
    tomorrow = site.views.today() + timedelta(days=1)
    # the next day: the salt is forgotten, and everybody is new
    site.views.today = lambda: tomorrow
    look("Firefox")
    assert views() in (5, 6)


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({}, "Unlisted: everyone with the link can open it."),
        ({"visibility": "private"}, "Private: only you and moderators can open it."),
        ({"visibility": "members"}, "Members only: everyone with an account can open it."),
        ({"expiration": "P1D"}, "Unlisted: everyone with the link can open it."),
    ],
)
def test_one_line_says_who_and_until_when(fields: dict[str, str], begins: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", **fields)
    log_in(ann.client)
    words = states(ann.client.get(image["path_viewer"]).text)
    assert words.startswith(f"{begins} View as a stranger")
    assert ("Expires" in words) is ("expiration" in fields)


def test_guests_are_told_only_until_when(ann: Person) -> None:
    for fields, begins in (({}, ""), ({"expiration": "P1D"}, "Expires")):
        page = ann.app.test_client().get(ann.uploaded("plain.jpg", **fields)["path_viewer"]).text
        assert states(page).startswith(begins) and "everyone" not in states(page)


def states(page: str) -> str:
    line = re.search(r'<p class="states">(.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", line[1]).split()) if line else ""


def test_error_pages_have_a_request_id(ann: Person) -> None:
    page = ann.client.get("/nowhere").text
    assert re.search(r"Request <code>[0-9a-f]{8}</code>", page)


def test_previous_and_next(app: Flask, ann: Person) -> None:
    images = [ann.uploaded("pixel.png", title=title, visibility="public") for title in "abc"]
    path = images[1]["path_viewer"]
    guest = app.test_client()

    def beside(client: FlaskClient, path: str = path) -> list[str]:
        page = client.get(path).text
        return re.findall(r'<a rel="(?:prev|next)" href="([^"]+)"', page)

    assert beside(guest) == []  # Explore is for members, and so are profiles
    log_in(ann.client)
    assert beside(ann.client) == [images[2]["path_viewer"], images[0]["path_viewer"]]
    assert beside(ann.client, images[2]["path_viewer"]) == [path]
    bob = make_person(app, "bob")
    log_in(bob.client, "bob")
    assert len(beside(bob.client)) == 2
    with app.app_context():
        existing(User.by_name("ann")).has_private_profile = True
        db.session.commit()
    assert beside(bob.client) == [] and len(beside(ann.client)) == 2


def test_a_look_in_place_is_a_view(ann: Person) -> None:
    """Of those who may open it, once, and not by its owner. Others are told nothing."""
    image = ann.uploaded("plain.jpg")
    hidden = ann.uploaded("plain.jpg", visibility="private")
    site = ann.app.extensions["keepsake"]
    log_in(ann.client)
    guest = ann.app.test_client()
    for client in (guest, guest, ann.client):
        opened = [image["id_encoded"], *([hidden["id_encoded"]] if client is ann.client else [])]
        for path in (image["id_encoded"], hidden["id_encoded"], "nothing", "00000000"):
            answer = client.post(f"/viewed/{path}", headers={"User-Agent": "Firefox"})
            assert (answer.status_code, answer.data) == (204 if path in opened else 404, b"")
    assert site.views.waiting(image["id_encoded"]) == 1
    assert site.views.waiting(hidden["id_encoded"]) == 0
