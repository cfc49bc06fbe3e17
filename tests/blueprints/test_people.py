"""The pages of people, and who gets them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import AlbumVisibility, User, db
from models.people import people_seen_by
from models.role import State
from models.upload import PAGE
from models.visitor import Visitor
from services.albums import AlbumWishes, create_album
from tests.conftest import Person, csrf_token, log_in, make_person
from tests.models.test_listing import put


@pytest.fixture
def family(make_app: Callable[..., Flask]) -> dict[str, Person]:
    app = make_app(EXPLORE="everyone")
    people = {name: make_person(app, name) for name in ("ann", "bob", "Cleo")}
    people["boss"] = make_person(app, "boss", admin=True)
    for level in ("public", "members", "unlisted", "private"):
        people["bob"].uploaded("plain.jpg", title=f"{level} one", visibility=level)
    people["bob"].uploaded("pixel.png", title="expiring one", visibility="public", expiration="P1D")
    return people


def as_member(person: Person) -> FlaskClient:
    client = person.app.test_client()
    log_in(client, person.name)
    return client


def test_ones_own_page_says_so(family: dict[str, Person]) -> None:
    for name, is_own in (("ann", False), ("bob", True)):
        text = as_member(family[name]).get("/user/bob").text.partition("<main")[2]
        assert ('href="/mine"' in text) is is_own
    with family["ann"].app.app_context():
        assert User.by_name("ann") != User.by_name("bob")


def titles(text: str) -> set[str]:
    return set(re.findall(r"<strong>(\w+) one</strong>", text))


def test_the_page_has_what_the_visitor_may_find(family: dict[str, Person]) -> None:
    guest = family["ann"].app.test_client().get("/user/bob").text
    assert titles(guest) == {"public"} and "1 file" in guest
    for name in ("ann", "bob"):
        text = as_member(family[name]).get("/user/bob").text
        assert titles(text) == {"public", "members"} and "2 files" in text
    # what an admin may find to moderate isn't shown here either
    assert titles(as_member(family["boss"]).get("/user/bob").text) == {"public", "members"}


def test_people_are_those_who_show_something(family: dict[str, Person]) -> None:
    app = family["ann"].app
    assert people_on(app.test_client()) == ["bob"]
    family["Cleo"].uploaded("plain.jpg", visibility="members")
    assert people_on(app.test_client()) == ["bob"]
    assert people_on(as_member(family["ann"])) == ["bob", "Cleo"]
    edit(app, "bob", state=State.BANNED)
    assert people_on(as_member(family["ann"])) == ["Cleo"]
    assert as_member(family["boss"]).get("/user/bob").status_code == 404


def people_on(client: FlaskClient) -> list[str]:
    return re.findall(r'href="/user/([^"]+)"><span class="avatar', client.get("/people").text)


def edit(app: Flask, name: str, **values: object) -> None:
    with app.app_context():
        user = User.by_name(name)
        for field, value in values.items():
            setattr(user, field, value)
        db.session.commit()


def test_the_page_has_albums_that_the_visitor_may_find(family: dict[str, Person]) -> None:
    bob = family["bob"]
    for level in ("public", "members", "unlisted", "private"):
        with bob.app.app_context():
            user = User.by_name("bob")
            assert user
            name, visibility = f"{level} album", AlbumVisibility(level)
            wishes: AlbumWishes = {"name": name, "visibility": visibility}
            album = create_album(bob.app.extensions["keepsake"].settings, user, level, wishes)
            album_id = album.public_id
        bob.uploaded("plain.jpg", album_id=album_id, visibility="private")
    guest = bob.app.test_client().get("/user/bob").text
    assert re.findall(r"<h3>(\w+) album", guest) == ["public"]
    member = as_member(family["ann"]).get("/user/bob").text
    assert re.findall(r"<h3>(\w+) album", member) == ["members", "public"]


def test_a_private_profile_is_nobody_elses(family: dict[str, Person]) -> None:
    app, bob = family["ann"].app, as_member(family["bob"])
    form = {"csrf_token": csrf_token(bob.get("/settings").text), "profile": "private"}
    assert bob.post("/settings", data=form).status_code == 303
    nobody = app.test_client().get("/user/nobody")
    for client in (app.test_client(), as_member(family["ann"])):
        answer = client.get("/user/bob")
        assert answer.status_code == 404 and people_on(client) == []
        page = client.get(family["bob"].uploaded("plain.jpg")["path_viewer"]).text
        assert "by bob" in page and "/user/bob" not in page
    assert without_id(app.test_client().get("/user/bob").text) == without_id(nobody.text)
    for client in (bob, as_member(family["boss"])):
        assert "Private profile" in client.get("/user/bob").text and people_on(client) == ["bob"]
    bob.post("/settings", data={**form, "profile": "shown"})
    assert app.test_client().get("/user/bob").status_code == 200
    assert bob.post("/settings", data={**form, "profile": "x"}).status_code == 400


def without_id(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{8}\b", "", text)


def test_the_name_may_be_written_in_any_case(family: dict[str, Person]) -> None:
    client = family["ann"].app.test_client()
    assert client.get("/user/CLEO").headers["Location"] == "/user/Cleo"
    for name in ("a%20b", "x" * 500, "%ff", "..%2f", "'--"):
        assert client.get(f"/user/{name}").status_code == 404


def test_members_alone_explore(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(EXPLORE="members"))
    image = ann.uploaded("plain.jpg", visibility="public")
    guest = ann.app.test_client()
    for path in ("/people", "/user/ann", "/user/nobody"):
        assert guest.get(path).status_code == 302
    assert "/user/ann" not in guest.get(image["path_viewer"]).text
    log_in(ann.client)
    assert '<a href="/user/ann">ann</a>' in ann.client.get(image["path_viewer"]).text


def test_pages_follow_each_other(ann: Person) -> None:
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        user_id = user.id
    for _ in range(PAGE + 3):
        put(ann.app, user_id=user_id)
    log_in(ann.client)
    text, seen = ann.client.get("/user/ann").text, []
    seen += re.findall(r'<li class="p\d+"><a href="([^"]+)', text)
    following = re.search(r'data-next href="([^"]+)', text)
    assert len(seen) == PAGE and following
    text = ann.client.get("/user/ann" + following[1]).text
    seen += re.findall(r'<li class="p\d+"><a href="([^"]+)', text)
    assert len(set(seen)) == len(seen) == PAGE + 3 and "data-next" not in text
    assert "No more files" in ann.client.get("/user/ann?after=1.1").text
    assert ann.client.get("/user/ann?sort=largest&after=1.1").status_code == 400


def test_the_names_of_people_make_pages(family: dict[str, Person]) -> None:
    family["ann"].uploaded("plain.jpg", visibility="public")
    with family["ann"].app.app_context():
        assert [one.name for one in people_seen_by(Visitor.GUEST, limit=1)] == ["ann"]
        assert [one.name for one in people_seen_by(Visitor.GUEST, "Ann", limit=9)] == ["bob"]
