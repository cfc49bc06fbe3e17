"""The files that somebody has selected: as a ZIP, or behind a share link."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask

from models import Upload, User, db
from models.zipped import SelectedSource
from tests.blueprints.test_select import send
from tests.conftest import Person, existing, log_in, make_person

NAMES = ("pixel.png", "plain.jpg", "animated.gif")


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app)
    log_in(ann.client)
    return ann


def test_a_zip_of_what_is_selected(ann: Person) -> None:
    ids = [ann.uploaded(name, title=name.partition(".")[0])["id_encoded"] for name in NAMES]
    answer = send(ann, "/select/zip", {}, ids=f"{ids[2]},{ids[0]}")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert answer.content_length == len(answer.data)
    assert "no-store" in answer.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(answer.data)).namelist() == ["animated.gif", "pixel.png"]
    everything = send(ann, "/select/zip", {}, all="1", **{"from": "/mine?sort=oldest"})
    found = zipfile.ZipFile(io.BytesIO(everything.data)).namelist()
    assert found == ["pixel.png", "plain.jpg", "animated.gif"]


def test_nothing_of_others_and_nothing_that_is_gone(app: Flask, ann: Person) -> None:
    own = ann.uploaded("pixel.png")["id_encoded"]
    bobs = make_person(app, "bob").uploaded("plain.jpg", visibility="public")["id_encoded"]
    answers = [send(ann, "/select/zip", {}, ids=[own, one]) for one in (bobs, "Nothing0")]
    assert [one.status_code for one in answers] == [404, 404]
    assert "Some of the files are no longer here" in answers[0].text
    other = ann.uploaded("animated.gif")["id_encoded"]
    send(ann, "/select/bin", ids=own)
    assert send(ann, "/select/zip", {}, ids=[own, other]).status_code == 404


def test_codes_and_new_delete_links_are_of_what_is_there_alone(app: Flask, ann: Person) -> None:
    """A delete link of what is in the bin, or was replaced, stays the one that was given."""
    images = [ann.uploaded(name) for name in NAMES]
    ids = [one["id_encoded"] for one in images]
    wanted = {"kind": "viewer-links", "delete_links": "1"}
    send(ann, "/select/bin", ids=ids[0])
    with app.app_context():
        before = Upload.load(Upload.own_ids(1, ids[:1]).values())[0].delete_token_hash
    assert send(ann, "/select/codes", {}, ids=ids[0], **wanted).status_code == 400
    some = send(ann, "/select/codes", {}, ids=ids[:2], **wanted).text
    assert ids[1] in some and ids[0] not in some
    with app.app_context():
        one = Upload.load(Upload.own_ids(1, ids[:1]).values())[0]
        assert one.delete_token_hash == before


def test_a_download_ends_with_its_person(app: Flask, ann: Person) -> None:
    ann.uploaded("pixel.png")
    with app.app_context():
        user = existing(User.by_name("ann"))
        source = SelectedSource(user, [1])
        assert db.session.execute(source.still(), {"one": 1}).first()
        assert not db.session.execute(source.still(), {"one": 2}).first()
        user.state = "banned"
        db.session.commit()
        assert not db.session.execute(source.still(), {"one": 1}).first()


def test_a_link_to_what_is_selected(
    app: Flask, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [ann.uploaded(name)["id_encoded"] for name in NAMES]
    bobs = make_person(app, "bob").uploaded("plain.jpg", visibility="public")["id_encoded"]
    page = send(ann, "/select/share", {}, ids=[*ids[:2], bobs])
    assert page.status_code == 200
    chosen = re.search(r'name="uploads" value="([^"]+)"', page.text)
    assert chosen and chosen[1] == ",".join(ids[:2])
    everything = send(ann, "/select/share", {}, all="1", **{"from": "/mine"})
    assert ",".join(reversed(ids)) in everything.text
    assert send(ann, "/select/share", {}, ids=bobs).status_code == 404
    monkeypatch.setattr("blueprints.share_links.MAX_LINK_FILES", 2)
    refused = send(ann, "/select/share", {}, ids=ids)
    assert refused.status_code == 400 and "At most 2 files can be chosen at once" in refused.text
