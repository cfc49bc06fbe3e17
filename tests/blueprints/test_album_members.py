"""The page of an album's members, and what other pages say of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from blueprints import album_members
from blueprints.http.privacy_words import BY_NAME_OR_LINK
from models import Album, AlbumMember, Limit, User, Visibility, db
from tests.conftest import Person, csrf_token, existing, log_in, make_person

Post = Callable[..., int]


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    people = {name: make_person(app, name) for name in ("ann", "bob", "carol")}
    for name in ("ann", "bob"):
        log_in(people[name].client, name)
    return people


@pytest.fixture
def album(people: dict[str, Person]) -> str:
    """A private one of ann's."""
    with people["ann"].app.app_context():
        album = Album.create(existing(User.by_name("ann")), "Holiday")
        db.session.commit()
        return album.public_id


def post(person: Person, path: str, **fields: str) -> tuple[int, str]:
    token = csrf_token(person.client.get("/albums/new").text)
    answer = person.client.post(path, data={"csrf_token": token, **fields})
    return answer.status_code, answer.text


def members(person: Person) -> dict[str, bool]:
    with person.app.app_context():
        rows = AlbumMember.of(existing(Album.first_of(1)).id)
        return {one.user.name: one.may_add for one in rows}


def test_naming_changing_and_removing(people: dict[str, Person], album: str) -> None:
    ann, path = people["ann"], f"/album/{album}/members"
    for name, right in (("Bob", "see"), (" carol ", "add")):  # in any case
        assert post(ann, path, name=name, right=right)[0] == 303
    assert members(ann) == {"bob": False, "carol": True}
    assert post(ann, f"{path}/change", name="bob", do="add")[0] == 303
    assert post(ann, f"{path}/change", name="carol", do="remove")[0] == 303
    assert members(ann) == {"bob": True}
    again = post(ann, path, name="bob", right="see")
    assert again[0] == 400 and "This person is a member already." in again[1]
    for name in ("carol", "nobody", "no body", ""):
        for action in ("add", "see", "remove"):
            assert post(ann, f"{path}/change", name=name, do=action)[0] == 404
    assert post(ann, f"{path}/change", name="bob", do="delete")[0] == 400
    assert members(ann) == {"bob": True}


def test_names_that_nobody_has_are_counted(
    people: dict[str, Person], album: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer tells who has an account: of names that are right, nothing is counted."""
    monkeypatch.setattr(album_members, "PER_OWNER", (Limit(2, album_members.PER_OWNER[0].period),))
    ann, path = people["ann"], f"/album/{album}/members"
    for _ in range(4):
        assert post(ann, path, name="bob", right="see")[0] in (303, 400)
    for name, said in (("nobody", "No active account"), ("ann", "This is your own name")):
        status, text = post(ann, path, name=name, right="see")
        assert status == 400 and said in text
    status, text = post(ann, path, name="carol", right="see")
    assert status == 429 and 'value="carol"' in text
    assert members(ann) == {"bob": False}


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": "x" * 99}, {"right": "own"}])
def test_forms_that_say_nothing(
    people: dict[str, Person], album: str, fields: dict[str, str]
) -> None:
    wrong = {"name": "bob", "right": "see"} if "right" in fields else {}
    assert post(people["ann"], f"/album/{album}/members", **{**wrong, **fields})[0] == 400
    assert members(people["ann"]) == {}


def test_names_are_suggested_that_people_shows(people: dict[str, Person], album: str) -> None:
    people["bob"].uploaded("pixel.png", visibility="members")
    people["carol"].uploaded("pixel.png", visibility="private")
    page = people["ann"].client.get(f"/album/{album}/members").text
    assert '<option value="bob">' in page and "carol" not in page
    assert post(people["ann"], f"/album/{album}/members", name="bob", right="see")[0] == 303
    assert '<option value="bob">' not in people["ann"].client.get(f"/album/{album}/members").text


def test_who_added_a_private_file_is_told_who_sees_it(
    people: dict[str, Person], album: str
) -> None:
    bob = people["bob"]
    post(people["ann"], f"/album/{album}/members", name="bob", right="add")
    alone = bob.uploaded("pixel.png", visibility="private")
    shown = bob.uploaded("pixel.png", album_id=album)
    said = BY_NAME_OR_LINK[Visibility.PRIVATE, True, False]
    assert said in bob.client.get(shown["path_viewer"]).text
    assert said not in bob.client.get(alone["path_viewer"]).text
    album_of_ann = people["ann"].client.get("/albums?of=shared").text
    assert "Holiday" not in album_of_ann
    assert "Holiday" in bob.client.get("/albums?of=shared").text
    assert "by ann" in bob.client.get("/albums?of=shared").text
    assert "Holiday" in bob.client.get(shown["path_viewer"]).text  # the albums that it is in


def test_the_owner_of_an_album_takes_out_a_file_on_its_own_page(
    people: dict[str, Person], album: str
) -> None:
    """One that isn't private has no other page for them."""
    ann, bob = people["ann"], people["bob"]
    post(ann, f"/album/{album}/members", name="bob", right="add")
    image = bob.uploaded("pixel.png", album_id=album, visibility="unlisted")
    path = f"/album/{album}/{image['id_encoded']}/remove"
    assert path in ann.client.get(image["path_viewer"]).text
    assert path not in bob.client.get(image["path_viewer"]).text  # who has "Add to album"
    assert path not in people["carol"].client.get(image["path_viewer"]).text
    assert post(ann, path)[0] == 303
    assert path not in ann.client.get(image["path_viewer"]).text
    assert bob.client.get(image["path_viewer"]).status_code == 200


def test_who_has_no_album_sees_those_that_others_share(
    people: dict[str, Person], album: str
) -> None:
    ann, bob = people["ann"], people["bob"]
    assert "No albums yet" in bob.client.get("/albums").text
    assert post(ann, f"/album/{album}/members", name="bob", right="see")[0] == 303
    page = bob.client.get("/albums").text
    assert album in page and "No albums of your own yet" in page
    assert "No albums of your own yet" not in ann.client.get("/albums").text
    shown = ann.client.get(f"/album/{album}", follow_redirects=True).text
    assert shown.count(f"/album/{album}/members") >= 2  # Share has it as well as More
