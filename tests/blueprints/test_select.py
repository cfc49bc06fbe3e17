"""Acts on what somebody has selected: by ids, or all that match in a listing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask

from models import Upload, User, db
from tests.conftest import Person, csrf_token, existing, log_in, make_person

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
