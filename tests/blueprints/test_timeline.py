"""Listings in days or months, and the proportions of their rows."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from blueprints.documents.timeline import badge, picture, proportion, proportions, sections
from blueprints.http.assets import STATIC
from models import Upload
from tests.conftest import Person, log_in, make_person, path_of

TODAY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def upload(**columns: Any) -> Upload:
    given = {"width": 4, "height": 3, "created_at": NOON, "kind": "image", "format": "jpg"}
    return Upload(**{**given, "is_animated": False, "is_360": False, **columns})


def headings(app: Flask, *ages: float, zone: str = "UTC") -> list[tuple[str, int]]:
    """Of uploads so many days old."""
    some = [upload(created_at=NOON - timedelta(days=age)) for age in ages]
    heading = app.jinja_env.filters["heading"]
    with app.app_context():
        return [
            (heading(one, TODAY), len(one.uploads)) for one in sections(some, ZoneInfo(zone), TODAY)
        ]


def test_days_where_a_day_has_many(app: Flask) -> None:
    assert headings(app, *[0] * 4, *[1] * 5, *[2] * 4, *[400] * 4) == [
        ("Today", 4), ("Yesterday", 5), ("Tuesday 24 November", 4),
        ("Wednesday 22 October 2025", 4),
    ]  # fmt: skip


def test_months_where_days_have_few(app: Flask) -> None:
    assert headings(app, 0, 1, 2, 30, 31, 400) == [
        ("Today", 1), ("Yesterday", 1), ("November 2026", 1), ("October 2026", 2),
        ("October 2025", 1),
    ]  # fmt: skip
    many_today = headings(app, *[0] * 50, 2, 3, 4)
    assert many_today == [("Today", 50), ("November 2026", 3)]
    assert headings(app) == []


def test_the_day_is_the_site_s(app: Flask) -> None:
    assert headings(app, *[0.4] * 4, zone="Pacific/Auckland") == [("Today", 4)]
    assert headings(app, *[0.6] * 4, zone="Pacific/Honolulu") == [("Yesterday", 4)]


@pytest.mark.parametrize(
    ("width", "height", "tenths"),
    [(4, 3, 13), (3, 4, 8), (1, 1, 10), (100, 9000, 5), (9000, 100, 30), (1, 65535, 5)],
)
def test_proportions_have_a_class_each(width: int, height: int, tenths: int) -> None:
    assert proportion(upload(width=width, height=height)) == tenths
    css = (STATIC / "css/listing.css").read_text()
    assert re.findall(r"\.p(\d+) \{\n  --p: ([\d.]+);", css) == [
        (str(n), f"{n / 10:g}") for n in proportions()
    ]


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({}, ""),
        ({"is_animated": True, "format": "gif"}, "gif"),
        ({"is_animated": True, "format": "webp"}, "animated"),
        ({"is_360": True}, "360"),
        ({"kind": "video", "is_animated": True, "format": "mp4"}, ""),
    ],
)
def test_badges(columns: dict[str, Any], text: str) -> None:
    assert badge(upload(**columns)) == text


def test_a_page_names_title_and_owner_of_each(ann: Person) -> None:
    ann.uploaded("plain.jpg", title="Sea & <b>sand</b>")
    log_in(ann.client)
    page = ann.client.get("/explore").text
    assert "<h2>" in page and "Sea &amp; &lt;b&gt;sand&lt;/b&gt;</strong>" in page
    assert "<span>ann</span>" in page


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"tile_size": 9, "medium_size": 9}, "a.tl.jpeg"),
        # without one, as those have that came before there were tiles
        ({"medium_size": 9, "size": 20}, "a.md.jpeg"),
        ({"medium_size": 30, "size": 20}, "a.png"),
        ({"size": 20}, "a.png"),
        ({"medium_size": 30, "size": 20, "is_playable": False}, "a.md.jpeg"),
        ({"size": 20, "is_animated": True}, "a.th.jpeg"),
        ({"size": 20, "kind": "video"}, "a.th.jpeg"),
    ],
)
def test_what_a_row_shows(columns: dict[str, Any], name: str) -> None:
    given = {
        "name": "a",
        "extension": "png",
        "derivative_extension": "jpeg",
        "medium_size": 0,
        "is_playable": True,
    }
    assert picture(upload(**{**given, **columns})) == name


def test_a_page_shows_tiles(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    for path in ("/explore", "/"):
        page = ann.client.get(path).text
        medium, file = path_of(image["medium"]["url"]), path_of(image["url"])
        assert f'src="{medium.replace(".md.", ".tl.")}"' in page
        assert f'src="{medium}"' not in page and f'src="{file}"' not in page


def test_marks_of_one_s_own(ann: Person, app: Flask) -> None:
    """In a listing of all, what nobody else comes upon is marked, and said."""
    bob = make_person(app, "bob")
    bob.uploaded("alpha.png", visibility="public")
    said = "Only you see the marked files"
    log_in(ann.client)
    assert said not in ann.client.get("/explore").text
    for level in ("public", "members", "unlisted", "private"):
        ann.uploaded("plain.jpg", visibility=level, title=level)
    ann.uploaded("plain.jpg", visibility="public", title="ends", expiration="P1D")
    page = ann.client.get("/explore").text
    marks = {
        title: re.findall(r'<span title="([^"]*)">', tile)
        for tile in page.split("<li class=")[1:]
        for title in re.findall(r"<strong>(.*?)</strong>", tile)[:1]
    }
    assert said in page
    assert marks["unlisted"] == ["Unlisted"] and marks["private"] == ["Private"]
    assert len(marks["ends"]) == 1 and marks["ends"][0].startswith("Expires on ")
    assert marks["public"] == marks["members"] == marks["alpha"] == []
    assert said not in app.test_client().get("/explore").text
    assert 'title="Unlisted"' not in ann.client.get("/mine").text  # where most are
