"""Searches that are a date in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from blueprints.http import words
from blueprints.http.search_dates import Dates, parse_dates
from models import Upload, db, utcnow
from tests.conftest import Person, log_in

TODAY = date(2026, 11, 26)  # a Thursday
NOV_25 = Dates("after:2026-11-25 before:2026-11-26", "taken:2026-11-25")


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("today", Dates("after:2026-11-26 before:2026-11-27", "taken:2026-11-26")),
        ("yesterday", NOV_25),
        ("  Yesterday ", NOV_25),
        ("last  week", Dates("after:2026-11-16 before:2026-11-23", "")),
        *(
            (text, NOV_25)
            for text in (
                "2026-11-25", "25 Nov 2026", "25 november 2026", "25. Nov. 2026",
                "Wednesday 25 November 2026", "Wed, 25 Nov, 2026",
            )
        ),
        ("1 feb 0999", None),
        ("31 feb 2026", None),
        ("2026-02-31", None),
        ("9999-12-31", None),
        ("25 Foo 2026", None),
        *(
            (text, None)
            for text in (
                "", '"yesterday"', "yesterday lake", "2026", "2026-11", "2026-11-25.jpg",
                "after:today", "٢٥ Nov 2026", "25 Nov 26", "tomorrow",
            )
        ),
    ],
)  # fmt: skip
def test_what_is_meant(text: str, dates: Dates | None, app: Flask) -> None:
    with app.app_context():
        assert parse_dates(text, TODAY, words.date_words()) == dates


def test_it_finds_what_was_uploaded_then_else_what_was_taken(ann: Person) -> None:
    names = ("today's", "yesterday's", "old")
    ids = {name: ann.uploaded("plain.jpg", title=name)["id_encoded"] for name in names}
    now = utcnow().replace(hour=12)
    with ann.app.app_context():
        for name, days in (("yesterday's", 1), ("old", 40)):
            upload = db.session.query(Upload).filter_by(public_id=ids[name]).one()
            upload.created_at = now - timedelta(days=days)
            upload.taken_at = datetime(2019, 7, 15, 12, tzinfo=UTC)
            db.session.commit()
    log_in(ann.client)

    def found(query: str) -> list[str]:
        page = ann.client.get("/search", query_string={"q": query}).text
        return [name for name in names if ids[name] in page]

    assert found("yesterday") == ["yesterday's"] and found("today") == ["today's"]
    assert found(f"{now - timedelta(days=40):%-d %b %Y}") == ["old"]
    assert found("15 July 2019") == found("2019-07-15") == ["yesterday's", "old"]
    assert found("16 July 2019") == [] and found('"yesterday"') == ["yesterday's"]
