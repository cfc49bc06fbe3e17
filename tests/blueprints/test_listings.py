"""Explore, search and tags as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from models import Upload, db
from tests.conftest import Person, csrf_token, log_in, make_person


def test_explore_and_search(ann: Person, make_app: Callable[..., Flask]) -> None:
    ann.uploaded("plain.jpg", title="Évora bridge", tags="Sea,Sky")
    ann.uploaded("alpha.png", title="Other", description="under the bridge")
    ann.uploaded("pixel.png", title="Soon gone bridge", expiration="PT5M")
    assert ann.client.get("/explore").headers["Location"].startswith("/login")
    assert ann.client.get("/search?q=bridge").status_code == 302
    log_in(ann.client)
    page = ann.client.get("/explore").text
    assert "bridge" in page and "Other" in page and "Soon gone" in page  # her own
    for query, hits in (
        ("evora", 1),
        ("bridge", 3),
        ("brid", 3),
        ("sky", 1),
        ("SEA brid", 1),
        ("nothing", 0),
        ('"*) OR 1=1 --', 0),
        ("NEAR(", 0),
        ("-", 0),
    ):
        text = ann.client.get("/search", query_string={"q": query}).text
        assert text.count('<li class="p') == hits, query
    assert ann.client.get("/tag/sea").text.count('<li class="p') == 1
    ann.client.post(
        f"/manage/{Upload_id(ann)}/edit",
        data={"csrf_token": csrf_token(ann.client.get("/settings/api").text), "title": "Renamed"},
    )
    assert ann.client.get("/search?q=renamed").text.count('<li class="p') == 1
    assert ann.client.get("/search?q=evora").text.count('<li class="p') == 0
    everyone = make_app(EXPLORE="everyone").test_client()
    assert everyone.get("/explore").status_code == 200


def test_an_empty_listing_says_how_a_file_gets_there(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(EXPLORE="everyone"))
    stranger = ann.app.test_client()
    assert "Files that their owners make public appear here." in stranger.get("/explore").text
    log_in(ann.client)
    assert (
        "Upload one, and choose Public to show it to everyone." in ann.client.get("/explore").text
    )
    assert "No files have this tag." in ann.client.get("/tag/sea").text


def Upload_id(ann: Person) -> str:
    with ann.app.app_context():
        return db.session.get_one(Upload, 1).public_id


def test_listings_show_nothing_private(ann: Person) -> None:
    from tests.blueprints.test_files import private

    bob = make_person(ann.app, "bob")
    image = ann.uploaded("plain.jpg", title="Secret tower", tags="hidden")
    private(ann.app, image, visibility="private")
    log_in(ann.client)
    log_in(bob.client, "bob")
    for path in ("/explore", "/search?q=secret", "/tag/hidden"):
        assert image["id_encoded"] in ann.client.get(path).text
        assert (
            image["id_encoded"] not in bob.client.get(path).text
            and "Secret tower" not in bob.client.get(path).text
        )


def test_listings_go_on(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints import gallery

    for n in range(3):
        ann.uploaded("pixel.png", title=f"n{n}")
    monkeypatch.setattr(gallery, "PAGE", 2)
    log_in(ann.client)
    page = ann.client.get("/explore").text
    assert ">n2<" in page and ">n1<" in page and ">n0<" not in page
    older = re.search(r'href="\?before=([\d-]+)"', page)
    assert older
    page = ann.client.get(f"/explore?before={older[1]}").text
    assert ">n0<" in page and ">n1<" not in page and "data-next" not in page
    page = ann.client.get("/search?q=n").text
    (link,) = re.findall(r'href="(\?[^"]*before=[^"]*)"', page)
    page = ann.client.get(f"/search{unescape(link)}").text
    assert ">n0<" in page and ">n1<" not in page


@pytest.mark.parametrize(("sent", "told"), [
    ({"q": "lake " + "-x " * 16}, "up to 16 words"),
    ({"q": "l" * 201}, "up to 200 characters"),
    ({"words": "lake", "without": "x " * 16}, "up to 16 words"),
    ({"words": "lake " + "l" * 120, "exact": "e" * 120}, "up to 200 characters"),
])  # fmt: skip
def test_no_part_of_a_search_is_dropped_silently(
    sent: dict[str, str], told: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(EXPLORE="everyone"))
    ann.uploaded("pixel.png", title="lake")
    answer = ann.app.test_client().get("/search", query_string=sent)
    assert answer.status_code == 200 and told in answer.text
    assert '<li class="p' not in answer.text and "lake" in answer.text


def test_the_form_of_a_search(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(EXPLORE="everyone"))
    ann.uploaded("plain.jpg", title="Lake at night", tags="holiday", visibility="public")
    get = ann.app.test_client().get
    page = get("/search").text
    assert '<details class="filters" open' in page and "Nothing found" not in page
    assert 'name="visibility"' not in page  # a guest sees what is public only
    sent = {"words": "lake", "exact": 'at "night', "tag": "holiday", "without": "sea", "type": ""}
    answer = get("/search", query_string=sent)
    assert answer.status_code == 302
    page = get(answer.headers["Location"]).text
    assert "Lake at night" in page and "Search: lake" in page
    for name, value in {"words": "lake", "without": "sea", "tag": "holiday"}.items():
        assert re.search(f'name="{name}" value="{value}"', page), name
    assert get("/search?words=").headers["Location"] == "/search"
    assert "Nothing found." in get("/search?q=sea").text
    assert "Nothing found." in get("/search?q=-").text
