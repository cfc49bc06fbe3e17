"""What people show: the parts of Explore."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Upload, User, Visitor, db
from models.upload import PAGE
from models.upload.library import Place
from tests.conftest import make_person
from tests.models.test_listing import put

COLUMNS = {
    "popular": lambda row: row.views,
    "videos": lambda row: row.rank,
    "animations": lambda row: row.rank,
}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Uploads of every level and kind, many of the same number of views."""
    app = make_app(EXPLORE="everyone")
    make_person(app, "ann")
    chance = random.Random(7)
    for number in range(3 * PAGE):
        put(
            app,
            public_id=f"{chance.getrandbits(40):010x}"[:8],
            visibility=chance.choice(["public", "public", "members", "unlisted", "private"]),
            views=chance.choice([0, 0, 1, 5, 1000]),
            kind=chance.choice(["image", "video"]),
            is_animated=chance.choice([False, True]),
            user_id=1 if number % 3 else None,
        )
    return app


def shown(app: Flask, levels: tuple[str, ...]) -> list[Upload]:
    return [row for row in db.session.scalars(db.select(Upload)) if row.visibility in levels]


LEVELS = {"guest": ("public",), "member": ("public", "members")}


def visitor(name: str) -> Visitor:
    return Visitor.GUEST if name == "guest" else Visitor(User.by_name("ann"))


@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("kind", COLUMNS)
def test_pages_have_all_of_it_once_and_in_order(kind: str, name: str, app: Flask) -> None:
    takes: dict[str, Callable[[Any], bool]] = {
        "popular": lambda row: True,
        "videos": lambda row: row.kind == "video",
        "animations": lambda row: row.kind == "image" and row.is_animated,
    }
    with app.app_context():
        expected = [row for row in shown(app, LEVELS[name]) if takes[kind](row)]
        expected.sort(key=lambda row: (COLUMNS[kind](row), row.rank), reverse=True)
        found: list[Upload] = []
        after = None
        while page := getattr(Upload, kind)(visitor(name), after, 7):
            found += page
            after = Place(COLUMNS[kind](page[-1]), page[-1].rank)
        assert [row.id for row in found] == [row.id for row in expected] and len(found) > 14


@pytest.mark.parametrize("start", ["", "0", "7fffffff", "zzzzzzzz"])
def test_chance_goes_round_once(start: str, app: Flask) -> None:
    with app.app_context():
        expected = sorted(row.public_id for row in shown(app, ("public",)))
        expected = [one for one in expected if one >= start] + [o for o in expected if o < start]
        found: list[str] = []
        after = None
        while page := Upload.random(Visitor.GUEST, start, after, 7):
            found += [row.public_id for row in page]
            after = Place(page[-1].public_id, page[-1].rank)
        assert found == expected


def walk(client: FlaskClient, path: str) -> list[str]:
    """The pictures of all pages."""
    found: list[str] = []
    while path:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200
        found += re.findall(r'<li class="p\d+"><a href="([^"]+)', answer.text)
        following = re.search(r'data-next href="([^"]+)', answer.text)
        path = answer.request.path + following[1].replace("&amp;", "&") if following else ""
    return found


@pytest.mark.parametrize("kind", ["popular", "random", "videos", "animations"])
def test_pages_follow_each_other(kind: str, app: Flask) -> None:
    found = walk(app.test_client(), f"/explore/{kind}")
    with app.app_context():
        rows = shown(app, ("public",))
    assert len(found) == len(set(found))
    if kind in ("popular", "random"):
        assert len(found) == len(rows) > PAGE


def test_chance_shows_the_same_again_at_the_same_address(app: Flask) -> None:
    client = app.test_client()
    assert len({client.get("/explore/random").headers["Location"] for _ in range(3)}) == 3
    first, second = "/explore/random?begin=3", "/explore/random?begin=c"
    assert walk(client, first) == walk(client, first) != walk(client, second)


def test_odd_places_are_refused(app: Flask) -> None:
    for kind in ("popular", "videos", "animations"):
        assert app.test_client().get(f"/explore/{kind}?after=7.x").status_code == 400
    assert app.test_client().get("/explore/random?begin=a&after=x").status_code == 400
    assert app.test_client().get("/explore/random?begin=%ff").status_code == 302
    assert app.test_client().get("/explore/best").status_code == 404
