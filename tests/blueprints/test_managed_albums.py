"""The managing API's albums."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models import Album, db
from models.api_key import Scope
from models.limits import MAX_ALBUM
from tests.blueprints.managing import Program, new_album, program
from tests.conftest import existing, make_person, sample
from tests.statements import statements


@pytest.fixture
def ann(app: Flask) -> Program:
    make_person(app)
    return program(app)


def create(ann: Program, **said: Any) -> dict[str, Any]:
    answer = ann.ask("POST", "albums", json={"name": "Rome", **said})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"].endswith(f"/api/2/albums/{document['id']}")
    return document


def test_an_album_from_its_beginning_to_its_end(ann: Program) -> None:
    above = create(ann, name="Italy")
    made = create(ann, description="2026", visibility="public", sort="name", parent=above["id"])
    path = f"albums/{made['id']}"
    assert ann.get(path) == made
    assert (made["parent"], made["sort"], made["uploads"]) == (above["id"], "name", 0)
    assert [one["name"] for one in ann.get("albums")["albums"]] == ["Rome", "Italy"]
    upload, other = ann.upload(album_id=made["id"])["id"], ann.upload(album_id=made["id"])["id"]
    changed = ann.ask("PATCH", path, json={"name": "Roma", "cover": other, "parent": None})
    document = changed.get_json()
    expected = {"name": "Roma", "description": "2026", "cover": other, "parent": None, "uploads": 2}
    assert {name: document[name] for name in expected} == expected
    assert ann.ask("PATCH", path, json={"cover": None}).get_json()["cover"] == upload
    assert ann.ask("DELETE", path).status_code == 204
    assert ann.refusal("GET", path) == (404, "Album not found")
    assert len(ann.get("uploads")["uploads"]) == 2


def test_its_files_go_with_it_where_that_is_said(ann: Program) -> None:
    made = create(ann)
    ann.upload(album_id=made["id"])
    kept = ann.upload()["id"]
    assert ann.refusal("DELETE", f"albums/{made['id']}?with_uploads=x")[0] == 400
    assert ann.ask("DELETE", f"albums/{made['id']}?with_uploads=true").status_code == 204
    assert [one["id"] for one in ann.get("uploads")["uploads"]] == [kept]


def test_a_password_opens_what_has_one(ann: Program) -> None:
    for said in ({"visibility": "password"}, {"password": "sesame seeds"}, {"password": "short"}):
        assert ann.refusal("POST", "albums", json={"name": "x", **said})[0] == 400
    both = {"visibility": "password", "password": "sesame seeds"}
    made = create(ann, **both)
    assert made["has_password"] and "sesame" not in str(made)
    path = f"albums/{made['id']}"
    assert ann.ask("PATCH", path, json={"password": "other seeds"}).status_code == 200
    with ann.app.app_context():
        assert existing(Album.find_closed(made["id"])).is_opened_by("other seeds")
    assert ann.ask("PATCH", path, json={"visibility": "private"}).status_code == 200
    assert ann.refusal("PATCH", path, json={"visibility": "password"})[0] == 409
    assert ann.refusal("PATCH", path, json={"password": "sesame seeds"})[0] == 409


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"name": ""}, 400),
        ({"name": None}, 400),
        ({"name": " \n"}, 400),
        ({"name": "x" * (MAX_ALBUM + 1)}, 400),
        ({"sort": "x"}, 400),
        ({"visibility": "x"}, 400),
        ({"colour": "red"}, 400),
        ({"parent": "Nothing0"}, 404),
        ({"parent": "{id}"}, 409),
        ({"cover": "Nothing0"}, 404),
        ({"cover": 5}, 400),
    ],
)
def test_what_it_does_not_understand_changes_nothing(
    ann: Program, said: dict[str, Any], status: int
) -> None:
    made = create(ann)
    said = {name: made["id"] if value == "{id}" else value for name, value in said.items()}
    assert ann.refusal("PATCH", f"albums/{made['id']}", json=said)[0] == status
    assert ann.get(f"albums/{made['id']}") == made
    assert ann.refusal("POST", "albums", json={})[0] == 400


def test_a_change_of_another_state_is_refused(ann: Program) -> None:
    old = create(ann)
    path = f"albums/{old['id']}"
    new = ann.ask("PATCH", path, match=old["etag"], json={"name": "B"}).get_json()
    assert ann.refusal("PATCH", path, match=old["etag"], json={"name": "C"})[0] == 412
    assert ann.refusal("DELETE", path, match=old["etag"])[0] == 412
    ann.upload(album_id=old["id"])  # which changes it, too
    assert ann.refusal("DELETE", path, match=new["etag"])[0] == 412
    document = ann.get(path)
    assert document["name"] == "B" and document["visibility"] == new["visibility"]
    assert ann.ask("DELETE", path, match=document["etag"]).status_code == 204


def test_only_their_own_are_there(ann: Program) -> None:
    make_person(ann.app, "bob")
    theirs = new_album(ann.app, "bob")
    assert ann.get("albums") == {"albums": []}
    for method, sent in (("GET", {}), ("PATCH", {"json": {"name": "x"}}), ("DELETE", {})):
        assert ann.refusal(method, f"albums/{theirs}", **sent)[0] == 404


def test_pages_lead_through_all(ann: Program) -> None:
    made = [create(ann, name=f"n{number}")["id"] for number in range(5)]
    seen, path = list[str](), "albums?limit=2"
    while path:
        answer = ann.ask("GET", path)
        seen += [one["id"] for one in answer.get_json()["albums"]]
        link = re.search(r'<http://localhost/api/2/([^>]+)>; rel="next"', answer.headers["Link"])
        path = link[1] if link else ""
    assert seen == made[::-1]
    for query in ("after=x", "limit=x", "x=1"):
        assert ann.refusal("GET", f"albums?{query}")[0] == 400


def test_a_key_of_one_album_has_it_alone(ann: Program) -> None:
    mine, other = create(ann), create(ann)
    key = program(ann.app, album_id=mine["id"])
    assert [one["id"] for one in key.get("albums")["albums"]] == [mine["id"]]
    path = f"albums/{mine['id']}"
    assert key.ask("PATCH", path, json={"name": "x"}).get_json()["name"] == "x"
    assert key.refusal("PATCH", path, json={"parent": other["id"]})[0] == 403
    assert key.refusal("GET", f"albums/{other['id']}")[0] == 404


def test_a_key_of_one_album_learns_of_no_other(ann: Program) -> None:
    """Which its own is in, or what is in it is in, too."""
    above = create(ann)
    mine, other = create(ann, parent=above["id"]), create(ann)
    one = ann.upload(album_id=mine["id"])["id"]
    ann.ask("PATCH", f"uploads/{one}", json={"albums": [mine["id"], other["id"]]})
    for scope in (Scope.READ, Scope.MANAGE):
        key = program(ann.app, scope=scope, album_id=mine["id"])
        for path in (f"albums/{mine['id']}", "albums", f"uploads/{one}", "uploads"):
            told = key.ask("GET", path).text
            assert mine["id"] in told and other["id"] not in told and above["id"] not in told
    match = key.get(f"uploads/{one}")["etag"]
    changed = key.ask("PATCH", f"uploads/{one}", match=match, json={"title": "B"})
    assert changed.status_code == 200 and other["id"] not in changed.text
    assert set(ann.get(f"uploads/{one}")["albums"]) == {mine["id"], other["id"]}


@pytest.mark.parametrize("path", ["/api/1/upload", "/1/upload", "/api/2/uploads"])
def test_the_album_of_a_key_is_a_default_or_all_that_it_reaches(path: str, ann: Program) -> None:
    mine, other = create(ann), create(ann)

    def sent(scope: Scope, album: str | None) -> TestResponse:
        key = program(ann.app, scope=scope, album_id=mine["id"]).key
        data = {"source": sample("pixel.png").open("rb"), "album_id": album or ""}
        return ann.app.test_client().post(path, data=data, headers={"X-API-Key": key})

    for scope, album, into in (
        (Scope.UPLOAD, None, mine),
        (Scope.UPLOAD, other["id"], other),
        (Scope.MANAGE, None, mine),
        (Scope.MANAGE, mine["id"], mine),
        (Scope.MANAGE, other["id"], None),
    ):
        before = {one["id"]: one["uploads"] for one in ann.get("albums")["albums"]}
        answer = sent(scope, album)
        if into is None:
            assert answer.status_code == (404 if path.startswith("/api/2") else 400)
            assert "Album not found" in answer.text
        else:
            assert answer.status_code in (200, 201)
            before[into["id"]] += 1
        assert {one["id"]: one["uploads"] for one in ann.get("albums")["albums"]} == before


def test_a_list_takes_as_many_statements_with_more(ann: Program) -> None:
    counts, above = [], create(ann)["id"]
    for _ in range(2):
        for _ in range(3):
            ann.upload(album_id=create(ann, parent=above)["id"])
        with statements(ann.app) as sent:
            ann.get("albums")
        counts.append(len(sent))
        with ann.app.app_context():
            db.session.remove()
    assert counts[0] == counts[1] <= 8
