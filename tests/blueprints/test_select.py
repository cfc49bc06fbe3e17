"""Acts on what somebody has selected: by ids, or all that match in a listing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from blueprints.http.change_words import said
from models import Change, Upload, User, db
from services.begin_once import begin_once
from tests.conftest import Person, csrf_token, existing, log_in, make_person

AT = datetime(2020, 5, 1, 12, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app)
    log_in(ann.client)
    return ann


def send(person: Person, path: str, headers: Any = None, **fields: Any) -> Any:
    token = csrf_token(person.client.get("/settings").text)
    headers = JSON if headers is None else headers
    return person.client.post(path, data={"csrf_token": token, **fields}, headers=headers)


def tags_of(app: Flask, ids: Sequence[str], name: str = "ann") -> list[list[str]]:
    with app.app_context():
        user = existing(User.by_name(name))
        uploads = Upload.load(Upload.row_ids_of(user, ids))
        return [sorted(tag.name for tag in one.tags) for one in uploads]


def test_chosen_by_their_ids_and_undone(app: Flask, ann: Person) -> None:
    ids = [ann.uploaded(name)["id_encoded"] for name in ("pixel.png", "plain.jpg")]
    answer = send(ann, "/select/tags", ids=",".join(ids), add="sea, lake")
    told = answer.json
    assert answer.status_code == 200
    assert {name: told[name] for name in ("total", "done", "failed", "state")} == {
        "total": 2, "done": 2, "failed": 0, "state": "done"
    }  # fmt: skip
    assert told["said"] == "Tags of 2 files changed" and told["failures"] == []
    assert tags_of(app, ids) == [["lake", "sea"]] * 2
    path = f"/changes/{told['change']}"
    assert ann.client.get(path, headers=JSON).json == told
    undone = send(ann, told["undo"])
    assert undone.json["state"] == "undone" and undone.json["said"] == "Undone"
    assert undone.json["undo"] == ""
    assert tags_of(app, ids) == [[], []]


def test_without_a_script_it_leads_back_with_a_toast(app: Flask, ann: Person) -> None:
    id_ = ann.uploaded("pixel.png")["id_encoded"]
    answer = send(ann, "/select/tags", {}, ids=id_, add="sea", **{"from": "/mine?kind=photo"})
    assert answer.status_code == 303 and answer.headers["Location"] == "/mine?kind=photo"
    page = ann.client.get("/mine?kind=photo").text
    assert "Tags of 1 file changed" in page and "/undo" in page
    assert (
        send(ann, "/select/tags", {}, ids=id_, add="x", **{"from": "//evil"})
        .headers["Location"]
        .startswith("/mine")
    )


def test_others_files_and_what_is_not_there_fail_alike(app: Flask, ann: Person) -> None:
    own = ann.uploaded("pixel.png")["id_encoded"]
    other = make_person(app, "bob").uploaded("plain.jpg", title="Secret")["id_encoded"]
    told = send(ann, "/select/tags", ids=[own, other, "nothing1"], add="x").json
    assert (told["total"], told["done"], told["failed"]) == (3, 1, 2)
    assert told["said"] == "Tags of 1 file changed. 2 files could not be changed."
    assert [(one["id"], one["name"], one["why"]) for one in told["failures"]] == [
        (other, other, "gone"),
        ("nothing1", "nothing1", "gone"),
    ]
    assert tags_of(app, [other], "bob") == [[]]


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/select/tags", {"add": "x"}, "No files are selected. Select at least one."),
        ("/select/tags", {"ids": "{id}"}, "Enter what is to change. Nothing has changed."),
        ("/select/tags", {"ids": "{id}", "add": "x", "all": "maybe"}, "Check this option: all."),
        ("/select/tags", {"all": "1", "add": "x", "from": "/settings"}, None),
        ("/select/tags", {"all": "1", "add": "x", "from": "/mine?tag=sea"}, None),
        ("/select/tags", {"all": "1", "add": "x", "from": "/mine?sort=odd"}, None),
        ("/select/tags", {"all": "1", "add": "x"}, None),
    ],
)
def test_what_is_wrong_changes_nothing(
    app: Flask, ann: Person, path: str, fields: dict[str, str], said: str | None
) -> None:
    id_ = ann.uploaded("pixel.png")["id_encoded"]
    answer = send(ann, path, **{name: text.format(id=id_) for name, text in fields.items()})
    assert answer.status_code == 400
    if said:
        assert answer.json["words"]["text"] == said
    assert tags_of(app, [id_]) == [[]]


def test_more_than_can_be_done_at_once_are_refused(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blueprints.select.MOST_FILES", 1)
    ids = [ann.uploaded(name)["id_encoded"] for name in ("pixel.png", "plain.jpg")]
    for fields in ({"ids": ",".join(ids)}, {"all": "1", "from": "/mine"}):
        answer = send(ann, "/select/tags", add="x", **fields)
        assert answer.status_code == 400
        assert answer.json["words"]["text"].startswith("At most 1 file can be chosen at once.")
    assert tags_of(app, ids) == [[], []]


def test_no_such_act(ann: Person) -> None:
    assert send(ann, "/select/nothing", ids="x").status_code == 404


@pytest.fixture
def library(app: Flask, ann: Person) -> dict[str, str]:
    """Of ann: public ids by what they are. Others have some that must not be touched."""
    images = {
        "photo": ann.uploaded("plain.jpg", tags="lake", visibility="public", title="Garda"),
        "video": ann.uploaded("clip.mp4", tags="sea", visibility="private"),
        "gif": ann.uploaded("animated.gif", tags="lake,sea", expiration="P1D"),
    }
    bob = make_person(app, "bob")
    bob.uploaded("plain.jpg", tags="lake,sea", visibility="public", title="Garda")
    return {name: image["id_encoded"] for name, image in images.items()}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/mine", "photo video gif"),
        ("/mine?kind=video", "video"),
        ("/mine?visibility=public&sort=oldest", "photo"),
        ("/mine?expires=1", "gif"),
        ("/mine?year=1990", ""),
        ("/search?q=garda", "photo"),
        ("/search?q=tag:sea+-type:animation", "video"),
        ("/search?words=garda", "photo"),
        ("/search?q=nothing", ""),
        ("/search", ""),
        ("/tag/lake", "photo gif"),
        ("/tag/Sea", "video gif"),
        ("/category/nothing", ""),
        ("/explore", "photo video gif"),
        ("/liked", ""),
    ],
)
def test_all_that_match(
    app: Flask, ann: Person, library: dict[str, str], address: str, found: str
) -> None:
    answer = send(ann, "/select/tags", all="1", add="marked", **{"from": address})
    if not found:
        assert answer.status_code == 400 and "No files are selected" in answer.json["words"]["text"]
    else:
        assert answer.json["done"] == len(found.split())
    with app.app_context():
        marked = db.session.query(Upload).all()
        ids = {one.public_id for one in marked if "marked" in {tag.name for tag in one.tags}}
    assert ids == {library[name] for name in found.split()}


def test_a_change_is_its_makers_alone(app: Flask, ann: Person) -> None:
    id_ = ann.uploaded("pixel.png")["id_encoded"]
    told = send(ann, "/select/tags", ids=id_, add="x").json
    bob = make_person(app, "bob")
    path = f"/changes/{told['change']}"
    assert bob.client.get(path).status_code == 302
    log_in(bob.client, "bob")
    assert bob.client.get(path, headers=JSON).status_code == 404
    assert send(bob, f"{path}/undo").status_code == 404
    assert tags_of(app, [id_]) == [["x"]]


def test_the_same_form_again_does_nothing_twice(app: Flask, ann: Person) -> None:
    """A second click, or one whose answer was lost; a new form, or a changed one, is another."""
    image = ann.uploaded("plain.jpg")
    form = {"ids": image["id_encoded"], "way": "later", "hours": "1", "form_id": "a" * 22}

    def shifts(form: dict[str, str], path: str = "/select/shift") -> Any:
        return send(ann, path, **form).json["change"]

    def taken() -> Any:
        with app.app_context():
            return Upload.load([1])[0].taken_at

    with app.app_context():
        Upload.load([1])[0].taken_at = AT
        db.session.commit()
    first = shifts(form)
    assert shifts(form) == first and taken() == AT + timedelta(hours=1)
    assert shifts(form | {"hours": "2"}) != first and taken() == AT + timedelta(hours=3)
    assert shifts(form | {"form_id": "b" * 22}) != first and taken() == AT + timedelta(hours=4)
    for wrong in ("", "a" * 21, "ä" * 22):
        assert shifts(form | {"form_id": wrong}) != shifts(form | {"form_id": wrong})
    assert shifts(form) == first
    bin_form = {"ids": image["id_encoded"], "form_id": "a" * 22}
    binned = shifts(bin_form, "/select/bin")
    assert binned != first and shifts(bin_form, "/select/bin") == binned


def test_two_at_the_same_moment_begin_one(app: Flask, ann: Person) -> None:
    ann.uploaded("plain.jpg")
    with app.app_context():
        user = existing(User.by_name("ann"))
        both = [begin_once(user, "hash", "tags", {"add": ["sea"], "remove": []}, [1]) for _ in "ab"]
        assert both[0].public_id == both[1].public_id
        assert both[0].wishes == {"add": ["sea"], "remove": []}
        assert db.session.query(Change).count() == 1


def test_forms_bring_an_id_of_their_own(ann: Person) -> None:
    id_ = ann.uploaded("plain.jpg")["id_encoded"]
    pages = [ann.client.get(f"/select?act=shift&ids={id_}").text for _ in "ab"]
    found = [re.findall(r'name="form_id" value="([A-Za-z0-9]{22})"', page) for page in pages]
    assert len(found[0]) == len(found[1]) == 1 and found[0] != found[1]


def test_failures_count_as_progress(app: Flask) -> None:
    change = Change(act="bin", wishes={}, state="working", done=1, failed=4, total=7)
    with app.test_request_context():
        assert said(change) == "Done so far: 5 of 7"
        change.state = "done"
        assert said(change) == "1 file moved to the bin. 4 files could not be changed."
