"""Arranging an album, without scripts and by one."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import BadRequest

from blueprints.http.album_form import parse_arrangement
from tests.blueprints.test_albums import id_of, made, owner, send
from tests.conftest import Person, csrf_token, make_person

__all__ = ["owner"]
FILES = ("plain.jpg", "pixel.png", "alpha.png")


@pytest.fixture
def album(owner: Person) -> tuple[str, list[str]]:
    """Its path, and the ids of what is in it, as they were added."""
    path = made(owner, sort="uploaded")
    images = [owner.uploaded(name, album_id=id_of(path)) for name in FILES]
    return path, [image["id_encoded"] for image in images]


def order_of(person: Person, path: str, ids: list[str]) -> list[int]:
    page = person.app.test_client().get(path).text
    return sorted((n for n in range(len(ids)) if ids[n] in page), key=lambda n: page.index(ids[n]))


def test_forms_move_cover_and_remove(owner: Person, album: tuple[str, list[str]]) -> None:
    path, ids = album
    page = f"{path}/arrange"

    def do(action: str, number: int, **more: str) -> Any:
        token = csrf_token(owner.client.get(page).text)
        data = {"csrf_token": token, "do": action, "upload": ids[number], **more}
        return owner.client.post(page, data=data)

    assert order_of(owner, path, ids) == [0, 1, 2]
    for action, number, expected in (
        ("later", 0, [1, 0, 2]), ("earlier", 2, [1, 2, 0]), ("first", 0, [0, 1, 2]),
        ("last", 1, [0, 2, 1]),
    ):  # fmt: skip
        assert do(action, number).headers["Location"].startswith("/album/")
        assert order_of(owner, path, ids) == expected
    do("behind", 0, other=ids[2])
    assert order_of(owner, path, ids) == [2, 0, 1]
    do("before", 1, other=ids[2])
    assert order_of(owner, path, ids) == [1, 2, 0]
    do("cover", 2)
    cover = owner.client.get("/albums").text.partition('class="cover')[2]
    assert "alpha" in cover.partition("</a>")[0] and ">Cover<" in owner.client.get(page).text
    do("remove", 2)
    assert order_of(owner, path, ids) == [1, 0]
    assert "alpha" not in owner.client.get("/albums").text.partition('class="cover')[2]
    assert owner.client.get(f"/image/{ids[2]}", follow_redirects=True).status_code == 200
    assert do("first", 2).status_code == 404  # it isn't in the album any more
    assert do("shuffle", 1).status_code == 400


def test_a_script_gets_json(owner: Person, album: tuple[str, list[str]]) -> None:
    path, ids = album
    token = csrf_token(owner.client.get(f"{path}/arrange").text)
    data = {"csrf_token": token, "do": "before", "upload": ids[2], "other": ids[0]}
    answer = owner.client.post(f"{path}/arrange", data=data, headers={"Accept": "application/json"})
    assert answer.get_json() == {"done": True} and order_of(owner, path, ids) == [2, 0, 1]


def test_only_its_owner_arranges_it(owner: Person, album: tuple[str, list[str]]) -> None:
    path, ids = album
    bob = make_person(owner.app, "bob")
    answer = bob.client.post(f"{path}/arrange", data={"do": "last", "upload": ids[0]})
    assert answer.status_code in (302, 400) and order_of(owner, path, ids) == [0, 1, 2]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": ""},
        {"do": "Later"},
        {"do": "cover "},
        {"do": "\x00"},
        {"do": "before", "other": "b/2"},
    ],
)  # fmt: skip
def test_what_is_no_arrangement(form: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        parse_arrangement(form)


def test_arrangements() -> None:
    assert parse_arrangement({"do": "cover"}) == ("cover", "", "")
    found = parse_arrangement({"do": "before", "upload": "a1", "other": "b2"})
    assert found == ("before", "a1", "b2")
    assert parse_arrangement({"do": "first", "upload": "a/1"}) == ("first", "", "")


def test_an_order_by_hand_stays_while_the_album_has_another(
    owner: Person, album: tuple[str, list[str]]
) -> None:
    path, ids = album
    page = f"{path}/arrange"
    send(owner.client, page, {"do": "first", "upload": ids[2]})
    assert order_of(owner, path, ids) == [2, 0, 1]
    form = {"name": "Rome", "visibility": "unlisted", "visibility_was": "unlisted"}
    send(owner.client, f"{path}/edit", {**form, "sort": "uploaded"})
    assert order_of(owner, path, ids) == [0, 1, 2]
    arranged = owner.client.get(page).text.partition("data-arrange")[2]
    assert sorted(range(3), key=lambda n: arranged.index(f'data-id="{ids[n]}"')) == [2, 0, 1]
    send(owner.client, page, {"do": "later", "upload": ids[0]})
    assert order_of(owner, path, ids) == [2, 1, 0]


def test_a_place_beside_what_is_gone(owner: Person, album: tuple[str, list[str]]) -> None:
    path, ids = album
    page = f"{path}/arrange"
    for other, status in (("nothing0", 404), ("", 400), ("a b", 400)):
        form = {"do": "behind", "upload": ids[0], "other": other}
        assert send(owner.client, page, form).status_code == status, other
    assert order_of(owner, path, ids) == [0, 1, 2]
    assert '<option value="hand" selected' not in owner.client.get(f"{path}/edit").text


def test_an_old_form_doesnt_open_what_was_closed_meanwhile(
    owner: Person, album: tuple[str, list[str]]
) -> None:
    path, _ = album
    old = {"name": "Roma", "visibility": "unlisted", "visibility_was": "unlisted", "sort": "name"}
    new = {**old, "name": "Rome", "visibility": "private"}
    assert send(owner.client, f"{path}/edit", new).status_code == 303
    answer = send(owner.client, f"{path}/edit", old)
    assert answer.status_code == 303
    assert owner.app.test_client().get(answer.headers["Location"]).status_code == 404
    assert "Roma" in owner.client.get(answer.headers["Location"]).text
