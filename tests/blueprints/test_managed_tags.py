"""The managing API's tags: of one's own uploads."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models import Job, db
from models.limits import MAX_TAG, MAX_TAGS
from server.worker import Worker
from services import own_tags
from tests.blueprints.managing import Program, program
from tests.conftest import make_person


@pytest.fixture
def ann(app: Flask) -> Program:
    make_person(app)
    return program(app)


def counts(ann: Program, query: str = "") -> dict[str, int]:
    return {one["name"]: one["uploads"] for one in ann.get(f"tags{query}")["tags"]}


def test_the_list_counts_ones_own(ann: Program) -> None:
    make_person(ann.app, "bob")
    program(ann.app, "bob").upload(tags="Sea, sun", visibility="public")
    for visibility in ("private", "members", "unlisted", "public"):
        ann.upload(tags=f"sea, {visibility}", visibility=visibility)
    ann.upload(tags="sea", expiration="P1D")
    expected = {"Sea": 5, "members": 1, "private": 1, "public": 1, "unlisted": 1}
    assert counts(ann) == expected
    first = ann.ask("GET", "tags?limit=2")
    assert '<http://localhost/api/2/tags?limit=2&after=private>; rel="next"' in (
        first.headers["Link"].split(", ")
    )
    assert counts(ann, "?limit=3&after=private") == {"public": 1, "Sea": 5, "unlisted": 1}
    assert ann.get("tags/SEA")["uploads"] == 5
    assert ann.refusal("GET", "tags/sun") == (404, "Tag not found")


def test_a_tag_is_given_to_uploads(ann: Program) -> None:
    some = [ann.upload(tags="old")["id"] for _ in range(2)]
    answer = ann.ask("POST", "tags", json={"name": "New  one", "uploads": some})
    assert answer.status_code == 201 and answer.get_json()["uploads"] == 2
    assert answer.headers["Location"].endswith("/api/2/tags/New%20one")
    assert ann.get("tags/new%20one") == answer.get_json()
    assert ann.get(f"uploads/{some[0]}")["tags_string"] == "old, New one"
    assert ann.get("uploads?tag=new one")["uploads"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"name": "a"}, 400),
        ({"name": "a", "uploads": []}, 400),
        ({"name": "a", "uploads": ["Nothing0"]}, 404),
        ({"name": "a,b", "uploads": ["Nothing0"]}, 400),
        ({"name": "x" * (MAX_TAG + 1), "uploads": ["Nothing0"]}, 400),
        ({"uploads": ["Nothing0"]}, 400),
        ({"name": 5, "uploads": ["Nothing0"]}, 400),
    ],
)
def test_what_cannot_be_given(ann: Program, said: dict[str, Any], status: int) -> None:
    assert ann.refusal("POST", "tags", json=said)[0] == status
    assert counts(ann) == {}


def test_an_upload_has_so_many_tags(ann: Program) -> None:
    full = ann.upload(tags=",".join(f"t{number}" for number in range(MAX_TAGS)))["id"]
    free = ann.upload()["id"]
    said = {"name": "more", "uploads": [free, full]}
    assert ann.refusal("POST", "tags", json=said)[0] == 409
    assert ann.get(f"uploads/{free}")["tags"] == []
    assert ann.ask("POST", "tags", json={**said, "name": "t1"}).status_code == 201


def test_another_name_is_for_ones_own_alone(ann: Program) -> None:
    make_person(ann.app, "bob")
    bob = program(ann.app, "bob")
    theirs = bob.upload(tags="sea")["id"]
    mine = [ann.upload(tags="Sea, x")["id"], ann.upload(tags="sea, lake")["id"]]
    assert ann.ask("PATCH", "tags/sea", json={"name": "Lake"}).get_json()["uploads"] == 2
    assert counts(ann) == {"lake": 2, "x": 1} and counts(bob) == {"sea": 1}
    assert bob.get(f"uploads/{theirs}")["tags_string"] == "sea"
    assert [ann.get(f"uploads/{one}")["tags_string"] for one in mine] == ["x, lake", "lake"]
    assert len(ann.get("uploads?q=lake")["uploads"]) == 2
    assert ann.refusal("GET", "tags/sea")[0] == 404
    assert ann.ask("PATCH", "tags/lake", json={"name": "LAKE"}).get_json()["name"] == "lake"
    assert ann.ask("PATCH", "tags/lake", json={}).status_code == 200
    assert ann.refusal("PATCH", "tags/lake", json={"name": "a/b"})[0] == 400


def test_it_is_taken_from_ones_own_alone(ann: Program) -> None:
    make_person(ann.app, "bob")
    bob = program(ann.app, "bob")
    bob.upload(tags="sea")
    mine = ann.upload(tags="sea, x")["id"]
    assert ann.ask("DELETE", "tags/sea").status_code == 204
    assert ann.get(f"uploads/{mine}")["tags_string"] == "x" and counts(bob) == {"sea": 1}
    assert ann.refusal("DELETE", "tags/sea")[0] == 404


def test_a_change_of_another_state_is_refused(ann: Program) -> None:
    ann.upload(tags="sea")
    old = ann.get("tags/sea")
    ann.upload(tags="sea")
    for name in ("lake", "SEA"):
        assert ann.refusal("PATCH", "tags/sea", match=old["etag"], json={"name": name})[0] == 412
    assert ann.refusal("DELETE", "tags/sea", match=old["etag"])[0] == 412
    assert ann.ask("DELETE", "tags/sea", match=ann.get("tags/sea")["etag"]).status_code == 204


def test_a_job_does_the_rest(ann: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tags, "AT_ONCE", 1)
    monkeypatch.setattr(own_tags, "SECONDS", -1.0)
    for _ in range(3):
        ann.upload(tags="sea")
    assert ann.ask("DELETE", "tags/sea").status_code == 202
    assert counts(ann) == {"sea": 2}
    with ann.app.app_context():
        assert [row.kind for row in db.session.scalars(db.select(Job))].count("own_tags") == 1
    Worker(ann.app, ann.app.extensions["keepsake"]).run_due(["own_tags"])
    assert counts(ann) == {}
