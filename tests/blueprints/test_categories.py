"""Categories: their list and pages, what admins do with them, and which files are in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from models import Category, Upload, User, db, utcnow
from services.categories import create_category, delete_category, edit_category
from services.errors import NoLongerThere
from tests.blueprints.test_tags import member
from tests.conftest import Person, make_person
from tests.models.test_listing import listed, put


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(EXPLORE="everyone", WTF_CSRF_ENABLED=False)
    for name in ("ann", "bob"):
        make_person(app, name)
    make_person(app, "boss", admin=True)
    return app


def created(site: Flask, name: str = "Far trips") -> int:
    with site.app_context():
        return create_category(name).id


def test_a_page_has_what_the_visitor_may_find(site: Flask) -> None:
    category, soon = created(site), utcnow() + timedelta(days=1)
    for visibility in ("public", "members", "unlisted", "private"):
        for ends in (None, soon):
            put(site, user_id=1, category_id=category, visibility=visibility, expires_at=ends)
    put(site, visibility="public")
    for who in ("", "ann", "bob", "boss"):
        page = (member(site, who) if who else site.test_client()).get("/category/far-trips").text
        expected = set(listed(site, who)) - {9}
        assert {n for n in range(1, 10) if f"id{n:06}" in page} == expected, who
        assert sorted(listed(site, who, "category:Far-trips")) == sorted(expected)


def test_admins_create_rename_describe_and_delete(site: Flask) -> None:
    boss, guest = member(site, "boss"), site.test_client()
    assert "No categories yet. Admins create them." in guest.get("/categories").text
    form = {"name": " Far   trips ", "description": "<b>Boats"}
    assert boss.post("/categories", data=form).headers["Location"] == "/category/far-trips"
    assert "&lt;b&gt;Boats" in guest.get("/category/far-trips").text
    assert "No files in this category." in guest.get("/category/FAR-trips").text
    for bad in ("", " - ", "far TRIPS", "far-trips"):
        answer = boss.post("/categories", data={"name": bad})
        assert answer.status_code == 200 and 'role="alert"' in answer.text, bad
    created(site, "Home")
    assert 'role="alert"' in boss.post("/category/home/edit", data={"name": "far trips"}).text
    answer = boss.post("/category/home/edit", data={"name": "At home"})
    assert answer.headers["Location"] == "/category/home"
    assert guest.get("/categories").text.count("At home") == 1
    number = put(site, category_id=2, visibility="public")
    assert listed(site, "", "category:home") == [number]
    assert "The files in “At home” stay" in boss.get("/category/home/delete").text
    assert boss.post("/category/home/delete").headers["Location"] == "/categories"
    assert guest.get("/category/home").status_code == 404
    assert listed(site, "", "category:home") == [] and listed(site) == [number]
    with site.app_context():
        assert db.session.get_one(Upload, number).category_id is None


@pytest.mark.parametrize("path", [
    "/categories", "/category/far-trips/edit", "/category/far-trips/delete",
])  # fmt: skip
def test_nobody_else_may(path: str, site: Flask) -> None:
    created(site)
    for who in ("ann", ""):
        client = member(site, who) if who else site.test_client()
        assert client.post(path, data={"name": "X"}).status_code == (404 if who else 302)
        page = client.get("/category/far-trips").text
        assert "/category/far-trips/edit" not in page
    assert "Create category" not in member(site, "ann").get("/categories").text


def test_an_owner_puts_a_file_into_a_category(site: Flask) -> None:
    created(site)
    with site.app_context():
        ann = User.by_name("ann")
        assert ann
    key = make_key(site)
    image = Person(site, "ann", key, site.test_client()).uploaded("pixel.png", visibility="public")
    client = member(site, "ann")
    edit = f"/manage/{image['id_encoded']}/edit"
    assert "Far trips" in client.get(edit).text
    assert client.post(edit, data={"category_id": "1"}).status_code == 303
    page = site.test_client().get(image["path_viewer"]).text
    assert re.search(r'<a href="/category/far-trips">\s*Far trips</a>', page)
    assert '<option value="1" selected>' in client.get(edit).text
    assert client.post(edit, data={"title": "x"}).status_code == 303  # it stays
    assert image["id_encoded"] in client.get("/category/far-trips").text
    assert client.post(edit, data={"category_id": "9"}).status_code == 400
    assert client.post(edit, data={"category_id": ""}).status_code == 303
    assert image["id_encoded"] not in client.get("/category/far-trips").text


def make_key(site: Flask) -> str:
    from services.keys import issue_key

    with site.app_context():
        ann = User.by_name("ann")
        assert ann
        return issue_key(ann, "tests", "")[1]


def test_one_that_is_deleted_meanwhile(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file is received, or a form is open: the file is in none, and nothing fails."""
    created(site)
    person = Person(site, "ann", make_key(site), site.test_client())
    image = person.uploaded("pixel.png", visibility="public")
    client = member(site, "ann")
    with site.app_context():
        category = Category.find("far-trips")
        assert category
        monkeypatch.setattr(Category, "exists", lambda category_id: True)
        delete_category(category)
        with pytest.raises(NoLongerThere):
            edit_category(category, "New", "")
    late = person.uploaded("alpha.png", category_id="1", visibility="public")
    assert late["category_id"] is None
    edit = f"/manage/{image['id_encoded']}/edit"
    assert client.post(edit, data={"category_id": "1"}).status_code == 303
    with site.app_context():
        assert db.session.scalars(db.select(Upload.category_id)).all() == [None, None]
