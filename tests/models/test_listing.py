"""Listings: their order, their cursor, what is in them, and that no query sorts or walks the whole
table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from blueprints.http.arguments import parse_cursor
from blueprints.http.search_syntax import parse_search
from models import Tag, Upload, User, Visibility, Visitor, db, utcnow
from tests.conftest import Person, log_in, make_person

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def put(app: Flask, **columns: Any) -> int:
    """A row with nothing behind it; its id."""
    with app.app_context():
        number = (db.session.scalar(db.select(db.func.count(Upload.id))) or 0) + 1
        row = {
            "public_id": f"id{number:06}",
            "format": "png",
            "mime": "image/png",
            "folder": "2026/11/20",
            "name": f"n{number}",
            "extension": "png",
            "root": "public",
            "visibility": "public",
            "size": 1,
            "width": 1,
            "height": 1,
            "derivative_extension": "png",
            "thumb_size": 1,
            "title": f"t{number}",
            "original_filename": "a.png",
            "checksum": "",
            "source_md5": "",
            "source_sha256": "",
            "created_at": NOW,
            "received_at": NOW,
            "delete_token_hash": "",
            **columns,
        }
        db.session.add(Upload(**row))
        db.session.commit()
        return number


def listed(app: Flask, user_name: str = "", text: str = "", **wanted: Any) -> list[int]:
    """``text`` is a search."""
    if text:
        wanted["query"] = parse_search(text, UTC, NOW.date())
    with app.app_context():
        visitor = Visitor(User.by_name(user_name)) if user_name else Visitor.GUEST
        return [upload.id for upload in Upload.page(visitor, **wanted)]


def all_pages(app: Flask, limit: int, **wanted: Any) -> list[int]:
    """Through the listing by its cursor, page by page."""
    seen: list[int] = []
    with app.app_context():
        before = None
        while found := Upload.page(Visitor.GUEST, before=before, limit=limit, **wanted):
            seen += [upload.id for upload in found]
            before = parse_cursor(str(found[-1].rank))
    return seen


def test_the_date_shown_gives_the_order(app: Flask) -> None:
    days = [0, -3000, 5, -3000, -80_000, 0, 1]
    for day in days:
        put(app, created_at=NOW + timedelta(days=day))
    wanted = sorted(range(1, len(days) + 1), key=lambda n: (days[n - 1], n), reverse=True)
    assert listed(app) == wanted
    for limit in (1, 2, 3, 100):
        assert all_pages(app, limit) == wanted
        assert all_pages(app, limit, query=parse_search("t", UTC, NOW.date())) == wanted


def test_use_file_date_puts_a_photo_among_its_time(app: Flask) -> None:
    admin = make_person(app, "root", admin=True)
    old = admin.uploaded("gps-nikon.jpg", use_file_date="1")
    new = admin.uploaded("plain.jpg")
    newest = admin.uploaded("gps-nikon.jpg", "again.jpg", use_file_date="1")
    assert old["date"] < "2010" and new["date"] > "2020"
    log_in(admin.client, "root")
    page = admin.client.get("/explore").text
    at = [page.index(image["id_encoded"]) for image in (new, newest, old)]
    assert at == sorted(at)


def test_what_will_expire_is_listed_to_its_owner_alone(app: Flask) -> None:
    people = [
        make_person(app, "ann"),
        make_person(app, "bob"),
        make_person(app, "root", admin=True),
    ]
    ann = people[0]
    image = ann.uploaded("alpha.png", title="Short lived", tags="brief", expiration="PT1H")
    for person in people:
        log_in(person.client, person.name)
        for path in ("/explore", "/search?q=short", "/tag/brief"):
            assert (image["id_encoded"] in person.client.get(path).text) == (person is ann), (
                person.name,
                path,
            )
    with app.app_context():
        db.session.query(Upload).update({Upload.expires_at: utcnow() - timedelta(seconds=1)})
        db.session.commit()
    assert image["id_encoded"] not in ann.client.get("/explore").text


@pytest.mark.parametrize("text", [
    "x", "-1", "-1-1", "1-", "9" * 20, "1-" + "9" * 19, "1-1 ", "١-١",
    "1-1\n", "0-0;DROP",
])  # fmt: skip
def test_a_cursor_of_nobody_is_a_clear_error(text: str, ann: Person) -> None:
    log_in(ann.client)
    assert ann.client.get("/explore", query_string={"before": text}).status_code == 400


@contextmanager
def plans(app: Flask) -> Iterator[list[list[str]]]:
    """How SQLite goes about each query inside the block."""
    found: list[list[str]] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        raw = connection.connection.driver_connection.cursor()
        found.append([row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + statement, parameters)])

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


def visitor_named(name: str) -> Visitor:
    return Visitor(User.by_name(name)) if name else Visitor.GUEST


@pytest.mark.parametrize(("who", "lasting"), [("", 1), ("ann", 2), ("root", 3)])
def test_a_page_is_read_from_indexes_in_their_order(who: str, lasting: int, app: Flask) -> None:
    make_person(app, "ann")
    make_person(app, "root", admin=True)
    with app.app_context():
        visitor = visitor_named(who)
        for before, below in ((None, ""), (3, " AND rank<?")):
            with plans(app) as found:
                Upload.page(visitor, before=before)
            (steps,) = found
            reads = [step for step in steps if step.startswith(("SEARCH", "SCAN upload"))]
            by_visibility = "SEARCH upload USING INDEX ix_upload_visibility_rank"
            assert reads[1 : lasting + 1] == [f"{by_visibility} (visibility=?{below})"] * lasting
            assert reads[lasting + 1 :] == (
                [f"SEARCH upload USING INDEX ix_upload_user_id_rank (user_id=?{below})"]
                if who
                else []
            )
            assert reads[0] == "SEARCH upload USING INDEX ix_upload_rank (rank=?)"
            assert "USE TEMP B-TREE FOR ORDER BY" not in steps


@pytest.mark.parametrize("who", ["", "ann", "root"])
@pytest.mark.parametrize("text", ["tag:sea", "sea", "s", "sea tag:sea -user:ann before:2020"])
def test_a_search_is_read_from_the_index_of_words_in_its_order(
    who: str, text: str, app: Flask
) -> None:
    make_person(app, "ann")
    make_person(app, "root", admin=True)
    query = parse_search(text, UTC, NOW.date())
    with app.app_context():
        visitor = visitor_named(who)
        db.session.add(Tag(name="sea", key="sea"))
        db.session.commit()
        for before in (None, 3):
            with plans(app) as found:
                Upload.page(visitor, before=before, query=query)
            index, row = found[-1]
            assert index.startswith("SCAN upload_fts VIRTUAL TABLE INDEX "), found
            assert row == "SEARCH upload USING INDEX ix_upload_rank (rank=?)"
            names = [step for steps in found[:-1] for step in steps]
            assert len(names) == text.count("tag:sea") + text.count("user:")
            assert all(step.startswith(("SEARCH tag USING", "SEARCH user USING")) for step in names)


def test_uploads_of_one_moment_keep_the_order_in_which_they_came(app: Flask) -> None:
    for offset in (0, 0, 1, 0, 999_999, 0, 1_000_000, 0, 0):
        put(app, created_at=NOW + timedelta(microseconds=offset))
    with app.app_context():
        ranks = {row.id: row.rank for row in db.session.scalars(db.select(Upload))}
    first = (NOW - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    at = [ranks[n] - first for n in range(1, 10)]
    assert at == [0, 1, 2, 3, 999_999, 1_000_000, 1_000_001, 1_000_002, 1_000_003]
    assert all_pages(app, 2) == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_date_that_changes_moves_an_upload(app: Flask) -> None:
    for day in range(3):
        put(app, created_at=NOW + timedelta(days=day))
    with app.app_context():
        db.session.get_one(Upload, 1).created_at = NOW + timedelta(days=9)
        db.session.commit()
    assert listed(app) == listed(app, text="t") == [1, 3, 2]


@pytest.mark.parametrize("who", ["", "ann", "bob", "root"])
def test_tags_and_words_find_what_a_page_lists(who: str, app: Flask) -> None:
    """The index of words says the same of who finds what as the table does, whatever changes."""
    for name in ("ann", "bob", "root"):
        make_person(app, name, admin=name == "root")
    with app.app_context():
        owner = User.by_name("ann")
        assert owner
        for visibility in Visibility:
            for expires_at in (None, utcnow() + timedelta(days=1)):
                columns = {"visibility": visibility, "expires_at": expires_at}
                number = put(app, user_id=owner.id, **columns)
                db.session.get_one(Upload, number).tags = Tag.named(["sea"])
                db.session.commit()

    def finds() -> list[int]:
        found = listed(app, who)
        assert listed(app, who, "tag:sea") == listed(app, who, "t") == found
        assert listed(app, who, "t -tag:other") == found
        assert listed(app, who, "tag:other") == listed(app, who, "t -tag:sea") == []
        return found

    assert finds()
    with app.app_context():
        for row in db.session.scalars(db.select(Upload)):
            row.visibility = list(Visibility)[(row.id + 1) % 4]
            row.expires_at = None if row.id % 3 else utcnow() + timedelta(days=1)
        db.session.commit()
    assert finds()
    with app.app_context():
        db.session.delete(User.by_name("ann"))
        db.session.commit()
    if who != "ann":
        assert finds()
