"""/duplicates: what a member has more than once, and the one that they keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import Twin, Upload, db
from models.twin import MOST_SHOWN
from tests.conftest import Person, csrf_token, log_in, make_person

GROUP = re.compile(r'<ul class="twins">(.*?)</ul>', re.DOTALL)
KEEP = re.compile(r'name="keep" value="(\w+)"')


@pytest.fixture
def ann(app: Flask) -> Person:
    person = make_person(app)
    log_in(person.client)
    return person


def groups(person: Person, query: str = "") -> list[list[str]]:
    """The ids of the files of each group."""
    page = person.client.get(f"/duplicates{query}").text
    return [KEEP.findall(group) for group in GROUP.findall(page)]


def post(person: Person, what: str, **fields: str) -> Any:
    token = csrf_token(person.client.get("/duplicates").text)
    return person.client.post(f"/duplicates/{what}", data={"csrf_token": token, **fields})


def upload(person: Person, *names: str, **fields: str) -> list[str]:
    return [person.uploaded(name, **fields)["id_encoded"] for name in names]


def test_groups_newest_first(ann: Person) -> None:
    a1, b1, _c, b2, a2 = upload(
        ann, "alpha.png", "pixel.png", "plain.jpg", "pixel.png", "alpha.png"
    )
    assert groups(ann) == [[a1, a2], [b1, b2]]


def test_nothing_twice(ann: Person) -> None:
    upload(ann, "alpha.png", "pixel.png")
    bob = make_person(ann.app, "bob")
    upload(bob, "alpha.png", "alpha.png")
    assert groups(ann) == [] and "Nothing here twice" in ann.client.get("/duplicates").text
    assert post(ann, "keep-all").status_code == 303


def test_one_is_kept(ann: Person) -> None:
    first, second, third = upload(ann, *["alpha.png"] * 3)
    answer = post(ann, "keep", keep=second)
    assert answer.status_code == 303
    page = ann.client.get("/duplicates").text
    assert "2 files merged<" in page and re.search(r'action="/changes/\w+/undo"', page)
    answers = [ann.client.get(f"/image/{one}") for one in (first, second, third)]
    places = [answer.headers["Location"] for answer in answers]
    assert all(place.endswith(second) for place in places)
    assert groups(ann) == []


def test_only_ones_own(ann: Person) -> None:
    bob = make_person(ann.app, "bob")
    mine = upload(ann, "alpha.png", "alpha.png")
    theirs = upload(bob, "alpha.png", "alpha.png", visibility="public")
    assert groups(ann) == [mine]
    for wrong in (theirs[0], "nothing1", "", "../x"):
        assert post(ann, "keep", keep=wrong).status_code == 404
    with ann.app.app_context():
        assert not db.session.scalars(db.select(Upload).where(Upload.binned_at.is_not(None))).all()
    post(ann, "keep", keep=mine[0])
    assert [ann.client.get(f"/image/{one}").status_code for one in theirs] == [302, 302]
    with ann.app.app_context():
        assert len(Twin.page(2)) == 1


def test_why_one_stays(ann: Person) -> None:
    upload(ann, "alpha.png")
    (expiring,) = upload(ann, "alpha.png", expiration="P1D")
    post(ann, "keep", keep=expiring)
    page = ann.client.get("/duplicates").text
    assert "1 file was not merged: The file to keep expires sooner." in page
    assert not re.search(r"/changes/\w+/undo", page) and len(groups(ann)) == 1


def test_one_of_each(ann: Person) -> None:
    kept = upload(ann, "alpha.png", "pixel.png")
    others = upload(ann, "alpha.png", "pixel.png", "alpha.png")
    post(ann, "keep-all")
    assert "3 files merged<" in ann.client.get("/duplicates").text
    answers = [ann.client.get(f"/image/{one}").headers["Location"] for one in [*kept, *others]]
    assert [place.rpartition(".")[2].rpartition("/")[2] for place in answers] == [
        *kept, kept[0], kept[1], kept[0],
    ]  # fmt: skip


def test_pages_go_on(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.duplicates.PAGE_OF_TWINS", 1)
    upload(ann, *["alpha.png", "pixel.png"] * 2)
    page = ann.client.get("/duplicates").text
    (path,) = re.findall(r'href="(/duplicates\?after=\d+)"', page)
    (last,) = groups(ann, path.removeprefix("/duplicates"))
    assert last == groups(ann, path.removeprefix("/duplicates"))[0] != groups(ann)[0]
    assert "No more files here" in ann.client.get("/duplicates?after=1").text
    assert ann.client.get("/duplicates?after=x").status_code == 400


def test_what_has_expired_is_no_duplicate(ann: Person) -> None:
    upload(ann, "alpha.png", "alpha.png", expiration="P1D")
    with ann.app.app_context():
        db.session.execute(db.text("UPDATE upload SET expires_at = '2020-01-01 00:00:00.000000'"))
        db.session.commit()
    assert groups(ann) == []


def test_a_group_of_many_shows_some(ann: Person) -> None:
    upload(ann, *["pixel.png"] * (MOST_SHOWN + 2))
    assert [len(one) for one in groups(ann)] == [MOST_SHOWN]
    page = ann.client.get("/duplicates").text
    assert f"{MOST_SHOWN + 2} copies of" in page and "2 more of the same" in page


def test_fewer_people_see_it(ann: Person) -> None:
    upload(ann, "alpha.png", visibility="public")
    assert "Fewer people can open this one" not in ann.client.get("/duplicates").text
    upload(ann, "alpha.png", visibility="private")
    assert ann.client.get("/duplicates").text.count("Fewer people can open this one") == 1


def test_without_a_bin_they_are_deleted(make_app: Callable[..., Flask]) -> None:
    person = make_person(make_app(BIN_DAYS=0))
    log_in(person.client)
    upload(person, "alpha.png", "alpha.png")
    page = person.client.get("/duplicates").text
    assert "The others are deleted." in page and "go to the bin" not in page


def test_a_script_is_told_and_undoes_it(ann: Person) -> None:
    first, second = upload(ann, "alpha.png", "alpha.png", tags="sea")
    headers = {"Accept": "application/json"}
    token = csrf_token(ann.client.get("/duplicates").text)
    form = {"csrf_token": token, "keep": first}
    answer = ann.client.post("/duplicates/keep", data=form, headers=headers)
    told: Any = answer.get_json()
    assert (told["act"], told["total"], told["done"], told["failed"]) == ("merge", 1, 1, 0)
    undone: Any = ann.client.post(told["undo"], data=form, headers=headers).get_json()
    assert undone["state"] == "undone" and groups(ann) == [[first, second]]
