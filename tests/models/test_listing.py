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
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert

from models import Cursor, Upload, User, Visitor, db, utcnow
from tests.conftest import Person, log_in, make_person

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def put(app: Flask, **columns: Any) -> int:
    """A row with nothing behind it; its id."""
    with app.app_context():
        number = db.session.query(Upload).count() + 1
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
        db.session.execute(insert(Upload).values(**row))
        db.session.commit()
        return number


def listed(app: Flask, user_name: str = "", **wanted: Any) -> list[int]:
    with app.app_context():
        return [
            upload.id
            for upload in Upload.page(
                Visitor(User.by_name(user_name)) if user_name else Visitor.GUEST, **wanted
            )
        ]


def all_pages(app: Flask, limit: int, **wanted: Any) -> list[int]:
    """Through the listing by its cursor, page by page."""
    seen: list[int] = []
    with app.app_context():
        before = None
        while found := Upload.page(Visitor.GUEST, before=before, limit=limit, **wanted):
            seen += [upload.id for upload in found]
            before = Cursor.parse(str(found[-1].cursor))
    return seen


def test_the_date_shown_gives_the_order(app: Flask) -> None:
    days = [0, -3000, 5, -3000, -80_000, 0, 1]
    for day in days:
        put(app, created_at=NOW + timedelta(days=day))
    wanted = sorted(range(1, len(days) + 1), key=lambda n: (days[n - 1], n), reverse=True)
    assert listed(app) == wanted
    for limit in (1, 2, 3, 100):
        assert all_pages(app, limit) == wanted
        assert all_pages(app, limit, query="t") == wanted


def test_use_file_date_puts_a_photo_among_its_time(app: Flask) -> None:
    admin = make_person(app, "root", admin=True)
    old = admin.uploaded("gps-nikon.jpg", use_file_date="1")
    new = admin.uploaded("plain.jpg")
    newest = admin.uploaded("gps-nikon.jpg", "again.jpg", use_file_date="1")
    assert old["date"] < "2010" and new["date"] > "2020"
    log_in(admin.client, "root")
    page = admin.client.get("/explore").text
    at = [
        page.index(image["thumb"]["url"].partition("localhost")[2]) for image in (new, newest, old)
    ]
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
            assert (image["thumb"]["filename"] in person.client.get(path).text) == (
                person is ann
            ), (person.name, path)
    with app.app_context():
        db.session.query(Upload).update({Upload.expires_at: utcnow() - timedelta(seconds=1)})
        db.session.commit()
    assert image["thumb"]["filename"] not in ann.client.get("/explore").text


@given(
    st.datetimes(min_value=datetime(1, 1, 1), timezones=st.just(UTC)), st.integers(1, 10**18 - 1)
)
def test_a_cursor_is_what_it_was(at: datetime, row: int) -> None:
    assert Cursor.parse(str(Cursor(at, row))) == Cursor(at, row)


@pytest.mark.parametrize("text", [
    "x", "-1", "1", "-1-1", "1-", "9" * 20, "9" * 18 + "-1", "1-" + "9" * 19, "1-1 ", "١-١",
    "1-1\n", "0-0;DROP",
])  # fmt: skip
def test_a_cursor_of_nobody_is_a_clear_error(text: str, ann: Person) -> None:
    log_in(ann.client)
    with pytest.raises(ValueError):
        Cursor.parse(text)
    assert ann.client.get("/explore", query_string={"before": text}).status_code == 400


@contextmanager
def plans(app: Flask) -> Iterator[list[str]]:
    """How SQLite goes about each query inside the block."""
    found: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT upload."):
            raw = connection.connection.driver_connection.cursor()
            found.append(
                " / ".join(
                    row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + statement, parameters)
                )
            )

    event.listen(db.engine, "before_cursor_execute", explain)
    yield found
    event.remove(db.engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("who", ["", "ann", "root"])
def test_a_page_is_read_from_the_index_in_its_order(who: str, app: Flask) -> None:
    make_person(app, "ann")
    make_person(app, "root", admin=True)
    with app.app_context(), plans(app) as found:
        user = User.by_name(who) if who else None
        Upload.page(Visitor(user))
        Upload.page(Visitor(user), before=Cursor(NOW, 3))
    assert found == [
        "SCAN upload USING INDEX ix_upload_created_at_id",
        "SEARCH upload USING INDEX ix_upload_created_at_id (created_at<?)",
    ]


@pytest.mark.parametrize("who", ["", "ann", "root"])
@pytest.mark.parametrize("wanted", [{"tag": "sea"}, {"query": "sea"}])
def test_a_search_costs_its_hits_only(who: str, wanted: dict[str, Any], app: Flask) -> None:
    make_person(app, "ann")
    make_person(app, "root", admin=True)
    with app.app_context(), plans(app) as found:
        Upload.page(
            Visitor(User.by_name(who)) if who else Visitor.GUEST, before=Cursor(NOW, 3), **wanted
        )
    assert (
        "SEARCH upload USING INTEGER PRIMARY KEY (rowid=?)" in found[0]
        and "SCAN upload " not in found[0] + " "
    ), found
