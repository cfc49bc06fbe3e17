"""Tags: their list and counts, and what admins do with them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Job, Tag, TagTally, Upload, User, Visitor, db, utcnow
from models.tag_tally import PAGE_OF_TAGS
from models.upload.search_query import with_tag
from server.worker import Worker
from services.errors import NoLongerThere
from services.jobs.kinds import KINDS
from services.jobs.limits import LIMITS
from services.tags import delete_tag, edit_tag
from tests.conftest import PASSWORD, make_person
from tests.models.test_listing import listed, plans, put


def tagged(app: Flask, *names: str, **columns: Any) -> int:
    number = put(app, visibility=columns.pop("visibility", "public"), **columns)
    with app.app_context():
        db.session.get_one(Upload, number).tags = Tag.named(names)
        db.session.commit()
    return number


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(EXPLORE="everyone", WTF_CSRF_ENABLED=False)
    for name in ("ann", "bob"):
        make_person(app, name)
    make_person(app, "boss", admin=True)
    return app


def member(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302
    return client


def counts(page: str) -> dict[str, int]:
    found = re.findall(r'<a href="/tag/[^"]+">(\S+)\s*<span class="quiet">([\d,]+)<', page)
    return {name: int(count) for name, count in found}


def test_the_list_counts_what_the_visitor_may_find(site: Flask) -> None:
    for visibility in ("public", "members", "unlisted", "private"):
        tagged(site, "Sea", visibility, user_id=1, visibility=visibility)
    tagged(site, "sea", "soon", user_id=1, expires_at=utcnow() + timedelta(days=1))
    assert counts(site.test_client().get("/tags").text) == {"Sea": 1, "public": 1}
    bobs = counts(member(site, "bob").get("/tags").text)
    assert bobs == {"members": 1, "public": 1, "Sea": 2}
    assert counts(member(site, "ann").get("/tags").text) == {
        "Sea": 5, "public": 1, "members": 1, "unlisted": 1, "private": 1, "soon": 1,
    }  # fmt: skip
    assert counts(member(site, "boss").get("/tags").text) == {
        "Sea": 3, "public": 1, "members": 1, "unlisted": 1,
    }  # fmt: skip
    assert "2 files" in member(site, "bob").get("/tag/SEA").text


def test_the_list_has_pages(site: Flask) -> None:
    names = [f"n{n:03}" for n in range(PAGE_OF_TAGS + 5)]
    for start in range(0, len(names), 50):
        tagged(site, *names[start : start + 50])
    get = site.test_client().get
    first = get("/tags").text
    assert list(counts(first)) == names[:PAGE_OF_TAGS]
    (after,) = re.findall(r'href="\?after=([^"]+)"', first)
    second = get(f"/tags?after={after}").text
    assert list(counts(second)) == names[PAGE_OF_TAGS:] and "Next page" not in second
    assert "Go to the first page" in get("/tags?after=zzz").text


def test_suggestions_begin_so_and_the_most_used_come_first(site: Flask) -> None:
    for names in (["Sea", "seaside"], ["seaside"], ["Über", "sun"]):
        tagged(site, *names)
    get = site.test_client().get

    def suggested(text: str) -> list[tuple[str, int]]:
        answer = get("/tags/suggestions", query_string={"q": text}).get_json()
        return [(one["text"], int(one["detail"])) for one in answer["suggestions"]]

    assert suggested("SE") == [("seaside", 2), ("Sea", 1)]
    assert suggested("üb") == [("Über", 1)]
    assert suggested("") == suggested("x") == suggested("%") == []


def test_the_tally_is_what_counting_gives(site: Flask) -> None:
    """Whatever changes."""
    rng = random.Random(3)
    names = ["a", "b", "c"]
    for _ in range(12):
        tagged(site, *rng.sample(names, 2), user_id=rng.choice([1, 2, None]))
    for step in range(4):
        with site.app_context():
            for row in db.session.scalars(db.select(Upload)):
                row.visibility = rng.choice(["private", "members", "unlisted", "public"])
                row.expires_at = rng.choice([None, None, utcnow() + timedelta(days=1)])
                row.tags = Tag.named(rng.sample(names, 2))
            if step == 1:
                db.session.delete(db.session.get_one(Upload, 1))
                db.session.delete(db.session.get_one(User, 2))
            if step == 2:
                tag = Tag.find("a")
                assert tag
                tag.rename("Aa")
                names[0] = "Aa"
            if step == 3:
                db.session.delete(Tag.find("b"))
            db.session.commit()
            for visitor in (Visitor.GUEST, Visitor(db.session.get(User, 1)),
                            Visitor(User.by_name("boss"))):  # fmt: skip
                expected = {
                    key: len(Upload.page(visitor, query=with_tag(key)))
                    for key in ("a", "aa", "b", "c")
                }
                found = {one.key: one.uploads for one in TagTally.page(visitor)}
                assert found == {key: count for key, count in expected.items() if count}
                assert all(TagTally.of(visitor, key) == n for key, n in expected.items())


def test_a_page_of_tags_is_read_from_its_index(site: Flask) -> None:
    with site.app_context():
        for visitor in (Visitor.GUEST, Visitor(User.by_name("boss"))):
            with plans(site) as found:
                TagTally.page(visitor, "a")
            (steps,) = found
            reads = [step for step in steps if "tag_tally" in step]
            assert reads and all(
                step == "SEARCH tag_tally USING PRIMARY KEY (user_id=? AND audience=? AND key>?)"
                for step in reads
            )


def test_an_admin_renames_and_describes(site: Flask) -> None:
    number = tagged(site, "see", title="lake")
    boss = member(site, "boss")
    assert "/tag/see/edit" in boss.get("/tag/see").text
    assert "/tag/see/edit" not in member(site, "ann").get("/tag/see").text
    form = {"name": " Big  Sea ", "description": "All water <b>"}
    assert boss.post("/tag/see/edit", data=form).headers["Location"] == "/tag/Big%20Sea"
    page = site.test_client().get("/tag/big sea").text
    assert "All water &lt;b&gt;" in page and "1 file" in page
    assert listed(site, "", '"big sea"') == listed(site, "", 'tag:"big sea"') == [number]
    assert listed(site, "", "see") == []
    for bad in ("", "a,b", "a/b", "x" * 33):
        answer = boss.post("/tag/big sea/edit", data={"name": bad})
        assert answer.status_code == 200 and 'role="alert"' in answer.text
    # another case of the same name is no other tag
    assert boss.post("/tag/big sea/edit", data={"name": "BIG sea"}).status_code == 303


def test_an_admin_merges_after_having_been_asked(site: Flask) -> None:
    one, both, other = (tagged(site, *names) for names in (["see"], ["see", "sea"], ["sea"]))
    boss = member(site, "boss")
    asked = boss.post("/tag/see/edit", data={"name": "Sea"})
    assert asked.status_code == 200 and "There is a tag “Sea” already" in asked.text
    assert listed(site, "", "tag:see") == [both, one]
    answer = boss.post("/tag/see/edit", data={"name": "Sea", "merge": "1"})
    assert answer.headers["Location"] == "/tag/sea"
    assert listed(site, "", "tag:sea") == [other, both, one]
    assert listed(site, "", "tag:see") == listed(site, "", "see") == []
    assert counts(boss.get("/tags").text) == {"sea": 3}


def test_merging_does_not_tell_of_what_is_private(site: Flask) -> None:
    tagged(site, "secret", user_id=1, visibility="private")
    tagged(site, "see")
    boss = member(site, "boss")
    tagged(site, "SECRET", user_id=1, visibility="private", title="other")
    form = {"name": "Secret", "description": "mine"}
    answer = boss.post("/tag/see/edit", data=form)
    assert answer.status_code == 303 and answer.headers["Location"] == "/tag/Secret"
    assert counts(boss.get("/tags").text) == {"Secret": 1}
    assert "mine" in boss.get("/tag/secret").text
    assert counts(member(site, "ann").get("/tags").text) == {"Secret": 3}


def test_an_admin_deletes(site: Flask) -> None:
    number = tagged(site, "see", "sun")
    boss = member(site, "boss")
    page = boss.get("/tag/see/delete").text
    assert "removed from all files" in page and "This tag is on 1 file." in page
    assert boss.post("/tag/see/delete").headers["Location"] == "/tags"
    assert counts(boss.get("/tags").text) == {"sun": 1}
    assert listed(site, "", "tag:sun") == [number] and listed(site, "", "see") == []
    for path in ("edit", "delete"):
        for verb in ("get", "post"):
            assert getattr(boss, verb)(f"/tag/see/{path}").status_code == 404
            assert getattr(member(site, "ann"), verb)(f"/tag/sun/{path}").status_code == 404


def test_one_that_is_deleted_meanwhile(site: Flask) -> None:
    tagged(site, "see")
    with site.app_context():
        tag = Tag.find("see")
        assert tag
        delete_tag(tag)
        with pytest.raises(NoLongerThere):
            edit_tag(tag, "sea", "")
        delete_tag(tag)
    assert listed(site, "", "tag:sea") == []


def test_one_that_is_merged_meanwhile(site: Flask, many: list[int]) -> None:
    tagged(site, "sea")
    with site.app_context():
        tag = Tag.find("see")
        assert tag
        edit_tag(tag, "sea", "", merges=True)
        assert tag.key.startswith(",")
        with pytest.raises(NoLongerThere):
            edit_tag(tag, "lake", "")
        delete_tag(tag)
    work(site, "tags")
    assert len(listed(site, "", "tag:sea")) == 8


def work(site: Flask, kind: str) -> None:
    """Run what is due, each batch in a turn of its own: nothing but the database tells where the
    next one goes on.
    """
    worker = Worker(
        site, site.extensions["keepsake"], KINDS, replace(LIMITS, turn=-1.0), pauses=False
    )
    worker.plan()
    with site.app_context():
        Job.bring_forward(utcnow(), key=kind)
        db.session.commit()
    assert worker.run_due([kind]) == {kind: None}


@pytest.fixture
def many(site: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Uploads with a tag of which only few are told of a change at once."""
    monkeypatch.setattr("services.tags.AT_ONCE", 2)
    return [tagged(site, "see", "sun", title=f"t{n}") for n in range(7)]


def test_a_tag_of_many_gets_its_name_at_once(site: Flask, many: list[int]) -> None:
    boss = member(site, "boss")
    boss.post("/tag/see/edit", data={"name": "lake"})
    assert listed(site, "", "tag:lake") == many[::-1] and listed(site, "", "tag:see") == []
    assert counts(boss.get("/tags").text) == {"lake": 7, "sun": 7}
    assert len(listed(site, "", "lake")) == 2 and len(listed(site, "", "see")) == 5
    boss.post("/tag/lake/edit", data={"name": "pond"})  # meanwhile
    work(site, "tag_names")
    assert listed(site, "", "pond") == many[::-1]
    assert listed(site, "", "see") == listed(site, "", "lake") == []
    with site.app_context():
        assert not db.session.query(Job).filter_by(kind="tag_names").count()


def test_tags_of_many_are_merged_in_turns(site: Flask, many: list[int]) -> None:
    other = tagged(site, "sea")
    boss = member(site, "boss")
    boss.post("/tag/see/edit", data={"name": "sea", "merge": "1"})
    assert counts(boss.get("/tags").text) == {"sea": 3, "sun": 7}  # and more with each turn
    again = tagged(site, "see")  # a new tag, of the name that is free
    assert listed(site, "", "tag:see") == [again]
    boss.post("/tag/sea/edit", data={"name": "sun", "merge": "1"})  # before that is done
    work(site, "tags")
    assert counts(boss.get("/tags").text) == {"see": 1, "sun": 8}
    assert listed(site, "", "tag:sun") == [other, *many[::-1]]
    with site.app_context():
        assert sorted(db.session.scalars(db.select(Tag.key))) == ["see", "sun"]


def test_a_tag_of_many_is_deleted_in_turns(site: Flask, many: list[int]) -> None:
    boss = member(site, "boss")
    assert boss.post("/tag/see/delete").status_code == 303
    assert boss.post("/tag/see/delete").status_code == 404
    assert counts(boss.get("/tags").text) == {"sun": 7}
    assert listed(site, "", "tag:see") == []
    again = tagged(site, "see")
    work(site, "tags")
    assert counts(boss.get("/tags").text) == {"see": 1, "sun": 7}
    assert listed(site, "", "see") == [again]
    with site.app_context():
        assert sorted(db.session.scalars(db.select(Tag.key))) == ["see", "sun"]


def test_a_key_that_only_looks_retired_stays(site: Flask) -> None:
    with site.app_context():
        db.session.add_all([Tag(name=",99", key=",99"), Tag(name=",x", key=",x")])
        db.session.commit()
        assert Tag.retired() == {}
