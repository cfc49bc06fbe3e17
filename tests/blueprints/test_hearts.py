"""Hearts on pages: who gives one, who reads of it, and where the number stands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Album, Upload, User, db
from services.hearts import give_heart
from tests.blueprints.managing import program
from tests.conftest import Person, csrf_token, existing, log_in, make_person

JSON = {"Accept": "application/json"}


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    found = {name: make_person(app, name) for name in ("ann", "ben", "cleo")}
    for person in found.values():
        log_in(person.client, person.name)
    return found


def token(client: FlaskClient) -> str:
    return csrf_token(client.get("/settings").text)


def post(client: FlaskClient, path: str, heart: str = "1", **headers: str) -> Any:
    fields = {"csrf_token": token(client), "heart": heart}
    return client.post(path, data=fields, headers=headers)


def button(page: str) -> tuple[str, str] | None:
    """Whether it is pressed, and the number on it."""
    found = re.search(
        r'heart" aria-pressed="(\w+)">.*?<span data-count>(\d*)</span>', page, re.DOTALL
    )
    return (found[1], found[2]) if found else None


def test_a_member_gives_one_by_a_form(people: dict[str, Person]) -> None:
    image = people["ann"].uploaded("pixel.png", visibility="public", title="Lake")
    path, ben = f"/heart/{image['id_encoded']}", people["ben"].client
    assert button(ben.get(image["path_viewer"]).text) == ("false", "")
    for _ in range(2):  # sent again, as after an answer that was lost
        answer = post(ben, path)
        assert answer.status_code == 303 and answer.headers["Location"] == image["path_viewer"]
    assert button(ben.get(image["path_viewer"]).text) == ("true", "1")
    assert button(people["ann"].client.get(image["path_viewer"]).text) == ("false", "1")
    assert post(ben, path, "0").status_code == 303
    assert button(ben.get(image["path_viewer"]).text) == ("false", "")


def test_a_script_gets_what_is_so_now(people: dict[str, Person]) -> None:
    image = people["ann"].uploaded("pixel.png", visibility="public")
    path = f"/heart/{image['id_encoded']}"
    post(people["cleo"].client, path)
    ben = people["ben"].client
    assert ben.get(path).json == {"count": 1, "given": False, "said": "Hearts from cleo"}
    answer = post(ben, path, "1", **JSON)
    assert answer.json == {"count": 2, "given": True, "said": "Hearts from you, cleo"}
    assert post(ben, path, "", **JSON).status_code == 400
    assert post(ben, path, "x", **JSON).status_code == 400
    assert ben.get(path).json == answer.json


def test_who_is_not_shown_is_counted(people: dict[str, Person]) -> None:
    """One with a private profile: the owner of the file is told by a notification anyway."""
    image = people["ann"].uploaded("pixel.png", visibility="public")
    path = f"/heart/{image['id_encoded']}"
    post(people["cleo"].client, path)
    with people["ann"].app.app_context():
        existing(User.by_name("cleo")).has_private_profile = True
        db.session.commit()
    ben = people["ben"].client
    assert ben.get(path).get_json()["said"] == "Heart from 1 member"
    assert "cleo" not in ben.get(image["path_viewer"]).text
    assert post(ben, path, **JSON).get_json() == {
        "count": 2, "given": True, "said": "Hearts from you and 1 other"
    }  # fmt: skip
    said = people["ann"].client.get(path).get_json()["said"]
    assert said in ("Hearts from ben, cleo", "Hearts from cleo, ben")


def test_guests_read_a_number_and_no_names(people: dict[str, Person]) -> None:
    """Also on a page that is cached for them."""
    image = people["ann"].uploaded("pixel.png", visibility="public")
    guest = people["ann"].app.test_client()
    path = f"/heart/{image['id_encoded']}"
    for count in range(3):
        pages = [guest.get(image["path_viewer"]).text for _ in range(2)]
        shown = [re.findall(r"<span>(\d+) hearts?</span>", page) for page in pages]
        assert shown == [[str(count)] if count else []] * 2
        assert not any("data-heart" in page or "Hearts from" in page for page in pages)
        post(people[("ben", "cleo", "ben")[count]].client, path)
    assert guest.get(path).status_code == 302
    fields = {"csrf_token": csrf_token(guest.get("/login").text), "heart": "1"}
    assert guest.post(path, data=fields).headers["Location"].startswith("/login")
    assert "<span>2 hearts</span>" in guest.get(image["path_viewer"]).text


def test_nobody_gives_one_to_what_is_closed_to_them(people: dict[str, Person]) -> None:
    image = people["ann"].uploaded("pixel.png", visibility="private")
    path, ben = f"/heart/{image['id_encoded']}", people["ben"].client
    assert (post(ben, path).status_code, ben.get(path).status_code) == (404, 404)
    assert post(people["ann"].client, path).status_code == 303
    assert "liked" not in ben.get("/liked").text.replace("/liked", "")


def test_an_album_lets_its_people_give_one(people: dict[str, Person]) -> None:
    ann, ben = people["ann"], people["ben"].client
    public_id = ann.uploaded("pixel.png", visibility="private", title="Secret beach")["id_encoded"]
    with ann.app.app_context():
        album = Album.create(existing(User.by_name("ann")), "Lake", "members")
        db.session.flush()
        Album.append(album.id, [existing(Upload.find_any(public_id)).id])
        db.session.commit()
        page = f"/album/Lake.{album.public_id}/{public_id}"
    assert button(ben.get(page).text) == ("false", "")
    answer = post(ben, f"{page}/heart")
    assert answer.status_code == 303 and answer.headers["Location"] == page
    assert button(ben.get(page).text) == ("true", "1")
    assert "Hearts from you" in ben.get(page).text
    assert f'href="http://localhost{page}"' in ben.get("/liked").text
    assert post(ben, f"/heart/{public_id}").status_code == 404  # not by its own address
    with ann.app.app_context():
        existing(Album.find_closed(page.split("/")[2].split(".")[1])).visibility = "private"
        db.session.commit()
    assert post(ben, f"{page}/heart", "0").status_code == 404
    assert "Secret" not in ben.get("/liked").text


def test_the_number_is_told_to_programs(people: dict[str, Person]) -> None:
    """On the wire and by the managing API."""
    ann = people["ann"]
    image = ann.uploaded("pixel.png", visibility="public")
    assert (image["likes"], image["likes_label"]) == (0, "likes")
    with ann.app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        give_heart(upload, existing(User.by_name("ben")))
    one = program(ann.app).get(f"uploads/{image['id_encoded']}")
    assert (one["likes"], one["likes_label"]) == (1, "like")
    again = ann.upload("pixel.png", duplicate="reuse").json["image"]
    assert again["id_encoded"] == image["id_encoded"] and again["likes"] == 1


def test_the_page_of_hearts_has_pages(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.hearts.PAGE", 2)
    ben = people["ben"].client
    ids = [people["ann"].uploaded("pixel.png", visibility="public")["id_encoded"] for _ in range(3)]
    for public_id in ids:
        post(ben, f"/heart/{public_id}")
    page = ben.get("/liked").text
    behind = existing(re.search(r'data-next href="([^"]+)"', page))[1]
    assert [one for one in ids if one in page] == ids[1:]
    assert [one for one in ids if one in ben.get(behind).text] == ids[:1]
    assert "No hearts yet" in people["cleo"].client.get("/liked").text
    assert 'href="/liked"' in ben.get("/mine").text
