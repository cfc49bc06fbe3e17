"""What is suggested while somebody types a search or tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from models import Upload, User, db
from services.categories import create_category
from tests.blueprints.test_tags import member, tagged
from tests.conftest import make_person
from tests.models.test_listing import plans


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(EXPLORE="everyone", WTF_CSRF_ENABLED=False)
    for name in ("ann", "Seamus", "selma"):
        make_person(app, name)
    tagged(app, "Sea side", "sun", title="Search party", user_id=2)
    tagged(app, "secret", title="Sesame", user_id=3, visibility="private")
    return app


def suggested(site: Flask, text: str, who: str = "") -> list[tuple[str, str]]:
    client = member(site, who) if who else site.test_client()
    answer = client.get("/search/suggestions", query_string={"q": text})
    assert answer.status_code == 200 and answer.is_json
    return [(one["kind"], one["text"]) for one in answer.get_json()["suggestions"]]


@pytest.mark.parametrize(("text", "found"), [
    ("", []), (" ", []), ("-sea", []), ('"', []), ("is:pri", []), ("x", []),
    ("se", [("tag", "Sea side"), ("user", "Seamus")]),
    ("SEA", [("tag", "Sea side"), ("user", "Seamus"), ("file", "Search party")]),
    ("party sea", [("tag", "Sea side"), ("user", "Seamus"), ("file", "Search party")]),
    ("tag:s", [("tag", "Sea side"), ("tag", "sun")]),
    ('tag:"sea s', [("tag", "Sea side")]),
    ("user:s", [("user", "Seamus")]),
    ("arch par", [("file", "Search party")]),
])  # fmt: skip
def test_what_a_guest_gets(text: str, found: list[tuple[str, str]], site: Flask) -> None:
    assert suggested(site, text) == found


def test_nobody_gets_what_is_not_theirs_to_find(site: Flask) -> None:
    assert ("file", "Sesame") not in suggested(site, "ses", "ann")
    assert suggested(site, "ses", "selma") == [("file", "Sesame")]
    assert suggested(site, "tag:sec", "ann") == []
    assert suggested(site, "tag:sec", "selma") == [("tag", "secret")]
    with site.app_context():
        db.session.query(User).filter_by(name="Seamus").update({"has_private_profile": True})
        db.session.commit()
    assert suggested(site, "user:s") == []


def test_words_of_own_titles(site: Flask) -> None:
    for title in ("Harbor_at night", "HARBOR, again", "the harbors", "harb", "Übersee 2019"):
        tagged(site, title=title, user_id=1)
    words = {text.lower() for kind, text in suggested(site, "HARB", "ann") if kind == "word"}
    assert words == {"harbor", "harbors"}
    assert ("word", "Übersee") in suggested(site, "uber", "ann")
    assert not [one for one in suggested(site, "harb", "selma") if one[0] == "word"]
    assert not [one for one in suggested(site, "harb") if one[0] == "word"]
    answer = member(site, "ann").get("/search/suggestions?q=night+harb").get_json()
    assert "/search?q=night+Harbor" in [one["url"] for one in answer["suggestions"]]


def test_each_leads_somewhere(site: Flask) -> None:
    get = site.test_client().get

    def urls(text: str) -> list[str]:
        answer: Any = get("/search/suggestions", query_string={"q": text}).get_json()
        return [one["url"] for one in answer["suggestions"]]

    assert urls("sea")[:2] == ["/tag/Sea%20side", "/user/Seamus"]
    assert urls("party tag:s")[0] == "/search?q=party+tag:%22Sea+side%22"
    for text in ("sea", "party tag:s", "party user:sea"):
        for url in urls(text):
            assert "Search party" in get(url, follow_redirects=True).text, url


def test_fields_have_them_for_who_may_explore(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    make_person(app, "ann")
    app.config["WTF_CSRF_ENABLED"] = False
    assert "data-suggest" not in app.test_client().get("/login").text
    assert app.test_client().get("/search/suggestions?q=s").status_code == 302
    home = member(app, "ann").get("/").text
    assert 'data-suggest="/search/suggestions"' in home
    assert 'data-names data-suggest="/tags/suggestions"' in home


MOST = (
    8  # statements of a page (the visitor's account is one, the owners of what is listed another)
)


@pytest.mark.parametrize("path", [
    "/search", "/search?q=sea", "/tags", "/tag/sun", "/categories", "/category/far-trips",
    "/search/suggestions?q=sea", "/tags/suggestions?q=s",
    "/search?q=party+tag:sun+user:seamus+category:far-trips+album:x+camera:c+-type:gif+after:2019",
])  # fmt: skip
def test_a_page_takes_few_statements(path: str, site: Flask) -> None:
    with site.app_context():
        category = create_category("Far trips")
        db.session.get_one(Upload, 1).category_id = category.id
        db.session.commit()
        for who in ("", "ann", "selma"):
            client = member(site, who) if who else site.test_client()
            with plans(site) as found:
                assert client.get(path).status_code == 200
            assert len(found) <= MOST, (who, found)


@pytest.mark.parametrize("path", ["/search/suggestions", "/tags/suggestions"])
def test_no_cache_keeps_them(site: Flask, path: str) -> None:
    answer = site.test_client().get(path, query_string={"q": "se"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_is_typed_is_not_repeated(site: Flask) -> None:
    """In quotes of any kind; behind more words than a search can have nothing is suggested."""
    get = site.test_client().get
    found = get("/search/suggestions", query_string={"q": "party “sea s"}).get_json()["suggestions"]
    urls = [one["url"] for one in found if one["kind"] == "tag"]
    assert [parse_qs(urlsplit(url).query)["q"] for url in urls] == [['party tag:"Sea side"']] * len(
        urls
    )
    assert suggested(site, "x " * 15 + "se")
    assert suggested(site, "x " * 16 + "se") == []
