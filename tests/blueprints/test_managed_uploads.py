"""The managing API's uploads."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from blueprints.http.managing.patch import MAX_BODY
from models import Album, ApiKey, Upload, User, db, utcnow
from models.limits import MAX_PAGE, MAX_TITLE
from services.change import change
from services.review import approve
from tests.blueprints.managing import Program, new_album, program
from tests.conftest import existing, make_person, sample, stored_files
from tests.statements import statements

PIXEL = base64.b64encode(sample("pixel.png").read_bytes()).decode()


@pytest.fixture
def ann(app: Flask) -> Program:
    make_person(app)
    return program(app)


def ids(document: Any) -> list[str]:
    return [upload["id"] for upload in document["uploads"]]


def next_of(answer: Any) -> str:
    """The path of the next page, below /api/2/."""
    found = re.search(r'<http://localhost/api/2/([^>]+)>; rel="next"', answer.headers["Link"])
    return found[1] if found else ""


def test_an_upload_is_answered_where_it_is_now(ann: Program) -> None:
    answer = ann.ask("POST", "uploads", json={"source": PIXEL, "title": "A", "tags": "b, c"})
    made = answer.get_json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://localhost/api/2/uploads/{made['id']}"
    assert answer.headers["ETag"] == made["etag"]
    assert "/delete/" in made.pop("delete_url")
    assert ann.get(f"uploads/{made['id']}") == made == ann.get("uploads")["uploads"][0]
    assert made["tags_string"] == "b, c" and made["visibility"] == "unlisted"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", made["uploaded_at"])


def test_pages_lead_through_all_in_every_order(ann: Program) -> None:
    made = [
        ann.upload(title=f"n{number}", tags="sea", visibility="public")["id"] for number in range(5)
    ]
    album = new_album(ann.app)
    for one in made:
        ann.ask("PATCH", f"uploads/{one}", json={"albums": [album]})
    orders = ("", *(f"sort={sort}&" for sort in ("oldest", "name", "views", "largest")))
    queries = [*orders, "tag=SEA&", "q=n&", f"album={album}&", f"album={album}&type=photo&"]
    for query in (*queries, "visibility=public&type=photo&"):
        seen, path = list[str](), f"uploads?{query}limit=2"
        while path:
            answer = ann.ask("GET", path)
            page = ids(answer.get_json())
            assert 1 <= len(page) <= 2
            seen, path = seen + page, next_of(answer)
        assert sorted(seen) == sorted(made), query
    for query in ("tag=no", "q=nothing", "visibility=private", "type=video"):
        assert ann.get(f"uploads?{query}") == {"uploads": []}


def test_only_what_is_theirs_is_there(ann: Program) -> None:
    make_person(ann.app, "bob")
    bob = program(ann.app, "bob")
    theirs = bob.upload(visibility="public", title="shared", tags="sea")["id"]
    assert (
        ids(ann.get("uploads"))
        == ids(ann.get("uploads?q=shared"))
        == ids(ann.get("uploads?tag=sea"))
        == []
    )
    for method in ("GET", "PATCH", "DELETE"):
        sent = {"json": {"title": "mine"}} if method == "PATCH" else {}
        assert ann.refusal(method, f"uploads/{theirs}", **sent) == (404, "Upload not found")
    assert bob.get(f"uploads/{theirs}")["title"] == "shared"
    assert ann.refusal("GET", f"uploads?album={new_album(ann.app, 'bob')}")[0] == 404


def test_a_moderators_key_has_no_more_power(ann: Program) -> None:
    make_person(ann.app, "boss", admin=True)
    mine = ann.upload(visibility="public")["id"]
    assert program(ann.app, "boss").refusal("DELETE", f"uploads/{mine}")[0] == 404


def test_a_change_is_of_what_it_names(ann: Program) -> None:
    made = ann.upload(title="A", description="B", tags="c")
    album, path = new_album(ann.app), f"uploads/{made['id']}"
    patch = {
        "title": " Two\nlines ", "alt_text": "D", "tags": ["e", "E", "f g"], "nsfw": True,
        "visibility": "private", "albums": [album], "expiration": "P1D",
        "taken_at": "2020-02-03T04:05:06+01:00",
    }  # fmt: skip
    changed = ann.ask(
        "PATCH", path, json=patch, headers={"Content-Type": "application/merge-patch+json"}
    )
    assert changed.status_code == 200
    document = changed.get_json()
    assert document == ann.get(path)
    expected = {
        "title": "Two lines", "description": "B", "alt_text": "D", "tags_string": "e, f g",
        "nsfw": 1, "visibility": "private", "albums": [album],
        "taken_at": "2020-02-03T03:05:06.000000Z",
    }  # fmt: skip
    assert {name: document[name] for name in expected} == expected
    assert document["expires_at"] > utcnow().isoformat()
    assert all(file.startswith("private/") for file in stored_files(ann.app))
    nothing = dict.fromkeys(("title", "description", "tags", "albums", "expiration", "taken_at"))
    document = ann.ask("PATCH", path, json=nothing).get_json()
    empty: dict[str, Any] = {
        "title": None,
        "description": None,
        "tags": [],
        "albums": [],
        "expires_at": None,
    }
    assert {name: document[name] for name in empty} == empty and document["alt_text"] == "D"
    assert ann.ask("PATCH", path, json={}).get_json()["etag"] == document["etag"]


@pytest.mark.parametrize(
    ("patch", "status"),
    [
        ({"titel": "x"}, 400),
        ({"title": 5}, 400),
        ({"title": "x" * (MAX_TITLE + 1)}, 400),
        ({"tags": "a"}, 400),
        ({"tags": ["a,b"]}, 400),
        ({"tags": [" "]}, 400),
        ({"tags": ["x"] * 51}, 400),
        ({"nsfw": "1"}, 400),
        ({"nsfw": None}, 400),
        ({"visibility": "secret"}, 400),
        ({"visibility": None}, 400),
        ({"expiration": "P"}, 400),
        ({"expiration": -1}, 400),
        ({"expiration": "unused:P"}, 400),
        ({"expiration": "unused:900"}, 400),
        ({"expiration": 1.5}, 400),
        ({"taken_at": "2020-02-03"}, 400),
        ({"taken_at": "2020-02-30T00:00:00Z"}, 400),
        ({"taken_at": "9999-12-31T23:59:59-12:00"}, 400),
        ({"category_id": 7}, 404),
        ({"category_id": True}, 400),
        ({"albums": ["abcdefgh"]}, 404),
        ({"albums": ["../x"]}, 404),
        ([], 400),
        ("x", 400),
    ],
)
def test_what_it_does_not_understand_changes_nothing(ann: Program, patch: Any, status: int) -> None:
    made = ann.upload(title="A")
    path = f"uploads/{made['id']}"
    assert ann.refusal("PATCH", path, json=patch)[0] == status
    assert ann.get(path)["etag"] == made["etag"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": b"\xff", "content_type": "application/json"}, 400),
        ({"data": '{"nsfw": NaN}', "content_type": "application/json"}, 400),
        ({"data": "[" * 50_000, "content_type": "application/json"}, 400),
        ({"data": "", "content_type": "application/json"}, 400),
        ({"data": {"title": "x"}}, 415),
        ({"data": "x", "content_type": "text/plain"}, 415),
        ({"data": " " * (MAX_BODY + 1), "content_type": "application/json"}, 413),
    ],
)
def test_bodies_that_are_none(ann: Program, sent: dict[str, Any], status: int) -> None:
    made = ann.upload()
    assert ann.refusal("PATCH", f"uploads/{made['id']}", **sent)[0] == status


@pytest.mark.parametrize(
    "query",
    ["x=1", "limit=0", f"limit={MAX_PAGE + 1}", "limit=1&limit=2", "type=x", "visibility=x",
     "sort=x", "after=x", "after=1.x", "sort=name&tag=sea", "q=sea&after=1.1", "q=" + "x" * 201],
)  # fmt: skip
def test_a_query_that_is_none(ann: Program, query: str) -> None:
    assert ann.refusal("GET", f"uploads?{query}")[0] == 400


def test_one_who_has_it_is_told_so(ann: Program) -> None:
    made = ann.upload()
    path = f"uploads/{made['id']}"
    for tags in (made["etag"], f'"x", W/{made["etag"]}', "*"):
        answer = ann.ask("GET", path, headers={"If-None-Match": tags})
        assert answer.status_code == 304 and not answer.data
        assert answer.headers["ETag"] == made["etag"]
    assert ann.ask("GET", path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_look_changes_no_entity_tag(ann: Program) -> None:
    made = ann.upload()
    with ann.app.app_context():
        Upload.add_views({made["id"]: 5})
        db.session.commit()
    document = ann.get(f"uploads/{made['id']}")
    assert document["views"] == 5 and document["etag"] == made["etag"]


def test_a_change_of_another_state_is_refused(ann: Program) -> None:
    old = ann.upload(title="A", visibility="public")
    path = f"uploads/{old['id']}"
    new = ann.ask("PATCH", path, match=old["etag"], json={"title": "B"}).get_json()
    before = stored_files(ann.app)
    refused = (412, "Changed since: read it again")
    assert ann.refusal("PATCH", path, match=old["etag"], json={"visibility": "private"}) == refused
    assert ann.refusal("DELETE", path, match=f"W/{new['etag']}") == refused
    assert ann.get(path)["etag"] == new["etag"] and stored_files(ann.app) == before
    assert ann.ask("DELETE", path, match=f'"x", {new["etag"]}').status_code == 204
    assert ann.refusal("GET", path) == ann.refusal("DELETE", path) == (410, "Upload in the bin")
    assert all(name.startswith("private/") for name in stored_files(ann.app))


def test_who_changes_it_meanwhile_is_seen(ann: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first look at it and the change itself."""
    made = ann.upload(title="A")

    def after_another(site: Any, upload: Upload, wishes: Any, **more: Any) -> None:
        change(site, upload, {"title": "another's"})
        change(site, upload, wishes, **more)

    monkeypatch.setattr("blueprints.managed_uploads.change", after_another)
    path = f"uploads/{made['id']}"
    assert ann.refusal("PATCH", path, match=made["etag"], json={"title": "B"})[0] == 412
    assert ann.get(path)["title"] == "another's"


def test_one_that_goes_meanwhile_is_not_found(
    ann: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ann.upload()

    def after_its_end(site: Any, upload: Upload, wishes: Any, **more: Any) -> None:
        assert program(ann.app).ask("DELETE", f"uploads/{made['id']}").status_code == 204
        change(site, upload, wishes, **more)

    monkeypatch.setattr("blueprints.managed_uploads.change", after_its_end)
    assert ann.refusal("PATCH", f"uploads/{made['id']}", json={"title": "B"})[0] == 410


def test_a_refused_upload_is_told_and_noted(ann: Program) -> None:
    for sent, refusal in (
        ({"json": {"source": "%%%"}}, (400, "Invalid base64 string")),
        ({"data": {}}, (400, "Empty upload source")),
        ({"json": {"source": PIXEL, "album_id": "abcdefgh"}}, (404, "Album not found")),
        ({"json": {"source": PIXEL, "width": "1"}}, (400, "Invalid width")),
    ):
        assert ann.refusal("POST", "uploads?format=txt", **sent) == refusal
    assert ann.get("uploads") == {"uploads": []}
    with ann.app.app_context():
        user = existing(User.by_name("ann"))
        assert ApiKey.of(user)[0].refusal == "Invalid width"


def test_floods_say_when_to_come_back(make_app: Callable[..., Flask]) -> None:
    app = make_app(FLOOD_PER_HOUR=1)
    make_person(app)
    ann = program(app)
    ann.upload()
    answer = ann.ask("POST", "uploads", json={"source": PIXEL})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_a_list_takes_as_many_statements_with_more(ann: Program) -> None:
    counts = []
    album = new_album(ann.app)
    for _ in range(2):
        for number in range(3):
            made = ann.upload(tags=f"a{number}, b")
            ann.ask("PATCH", f"uploads/{made['id']}", json={"albums": [album]})
        queries = ("", "?tag=b", f"?album={album}", "?q=pixel")
        with statements(ann.app) as sent:
            taken = []
            for query in queries:
                sent.clear()
                ann.get(f"uploads{query}")
                taken.append(len(sent))
        counts.append(taken)
    assert counts[0] == counts[1] and max(counts[0]) <= 8


def test_a_view_that_puts_the_end_off_changes_no_etag(ann: Program) -> None:
    made = ann.upload(expiration="unused:P90D")
    assert made["unused_days"] == 90
    with ann.app.app_context():
        upload = existing(Upload.find_any(made["id"]))
        upload.expires_at = utcnow() + timedelta(days=1)
        db.session.commit()
    read = ann.get(f"uploads/{made['id']}")
    assert read["expires_at"] < made["expires_at"] and read["etag"] == made["etag"]
    patch = {"expiration": "unused:P30D"}
    changed = ann.ask("PATCH", f"uploads/{made['id']}", json=patch).get_json()
    assert changed["unused_days"] == 30 and changed["etag"] != made["etag"]
    changed = ann.ask("PATCH", f"uploads/{made['id']}", json={"expiration": "P1D"}).get_json()
    assert changed["unused_days"] is None


def test_what_expired_is_gone(ann: Program) -> None:
    made = ann.upload(expiration="P1D")
    with ann.app.app_context():
        upload = existing(Upload.find_any(made["id"]))
        upload.expires_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    assert ann.refusal("GET", f"uploads/{made['id']}")[0] == 404
    assert ann.get("uploads") == {"uploads": []}


def test_an_album_that_is_gone_takes_nothing(ann: Program) -> None:
    made, album = ann.upload(), new_album(ann.app)
    with ann.app.app_context():
        upload = existing(Upload.find_any(made["id"]))
        row = existing(Album.find_closed(album)).id
        existing(Album.find_closed(album)).delete_row()
        Album.put(upload.id, [row])
        db.session.commit()
    assert ann.get(f"uploads/{made['id']}")["albums"] == []


def test_one_that_is_sent_again_is_stored_once(ann: Program) -> None:
    headers = {"Idempotency-Key": "a"}
    first, second = (
        ann.ask("POST", "uploads", json={"source": PIXEL}, headers=headers) for _ in range(2)
    )
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert first.headers["Location"] == second.headers["Location"]
    other = {"source": PIXEL, "title": "B"}
    assert ann.refusal("POST", "uploads", json=other, headers=headers)[0] == 422
    assert len(ann.get("uploads")["uploads"]) == 1


def test_what_is_there_already_can_do(ann: Program) -> None:
    made = ann.upload()
    answer = ann.ask("POST", "uploads", json={"source": PIXEL, "duplicate": "reuse"})
    assert answer.status_code == 200 and answer.headers["Location"].endswith(made["id"])
    del made["delete_url"]
    assert answer.get_json() == made


def test_what_waits_says_what_it_will_be(make_app: Callable[..., Flask]) -> None:
    app = make_app(REVIEW="members")
    make_person(app)
    ann = program(app)
    made = ann.upload(visibility="public")
    assert (made["visibility"], made["is_approved"]) == ("public", 0)
    path = f"uploads/{made['id']}"
    changed = ann.ask("PATCH", path, json={"visibility": "unlisted"}).get_json()
    assert (changed["visibility"], changed["is_approved"]) == ("unlisted", 0)


def test_what_waits_is_in_the_albums_that_it_comes_into(make_app: Callable[..., Flask]) -> None:
    """Also for a key of one of them; and out of those that its owner takes it out of."""
    app = make_app(REVIEW="members")
    make_person(app)
    ann, albums = program(app), [new_album(app, visibility="public") for _ in range(2)]
    of_one = program(app, album_id=albums[0])
    made = of_one.upload(visibility="public")
    path = f"uploads/{made['id']}"
    assert made["albums"] == albums[:1] == of_one.get(path)["albums"]
    assert of_one.get(path) == ann.get("uploads")["uploads"][0]
    for chosen in (albums, albums[1:], albums[:1], []):
        changed = ann.ask("PATCH", path, json={"albums": chosen}).get_json()
        assert changed["albums"] == sorted(chosen)
        assert (changed["visibility"], changed["is_approved"]) == ("public", 0)
        assert (of_one.ask("GET", path).status_code == 200) == (albums[0] in chosen)
    with app.app_context():
        upload, ann_herself = existing(Upload.find_any(made["id"])), existing(User.by_name("ann"))
        assert approve(app.extensions["keepsake"], upload, ann_herself)
    assert ann.get(path)["albums"] == []


def test_a_private_site_answers_keys(make_app: Callable[..., Flask]) -> None:
    app = make_app(PRIVATE_SITE=True)
    make_person(app)
    ann = program(app)
    assert ann.get(f"uploads/{ann.upload()['id']}")
    assert Program(app, "").refusal("GET", "uploads")[0] == 401
