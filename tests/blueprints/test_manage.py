"""Editing, expiring, deleting, and new delete links."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from models import Upload, Visitor
from tests.conftest import Person, csrf_token, log_in, make_person, path_of, sample, stored_files

BROWSER = {"User-Agent": "Mozilla/5.0 (X11) Firefox/140.0", "Accept": "text/html"}


def edit(person: Person, image: dict[str, Any], **fields: str) -> Any:
    page = person.client.get("/settings/api").text
    return person.client.post(
        f"/manage/{image['id_encoded']}/edit", data={"csrf_token": csrf_token(page), **fields}
    )


def test_editing(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", tags="old")
    log_in(ann.client)
    answer = edit(
        ann,
        image,
        title="New <name>",
        description="d",
        alt_text="a cup",
        tags="one, two",
        nsfw="1",
        expiration="keep",
    )
    assert answer.headers["Location"] == f"/image/New-%3Cname%3E.{image['id_encoded']}"
    page = ann.client.get(answer.headers["Location"]).text
    assert (
        "New &lt;name&gt;" in page
        and "one" in page
        and "a cup" in page
        and ">old<" not in page
        and "unveil" in page
    )


def test_expiration_moves_the_files_and_back(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    edit(ann, image, title="x", expiration="P1D")
    assert all(path.startswith("private/") for path in stored_files(ann.app))
    assert "no-cache" in ann.app.test_client().get(path_of(image["url"])).headers["Cache-Control"]
    edit(ann, image, title="x", expiration="")
    assert all(path.startswith("public/") for path in stored_files(ann.app))
    assert ann.app.test_client().get(path_of(image["url"])).data == sample("plain.jpg").read_bytes()


def test_a_crash_between_moving_and_saying_so(ann: Person) -> None:
    from services import upkeep
    from services.jobs import limits

    image = ann.uploaded("plain.jpg")
    site = ann.app.extensions["keepsake"]
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        site.storage.move(upload.files, "public", "private")  # and here the power fails
        limits.GRACE_SECONDS, grace = -1.0, limits.GRACE_SECONDS
        try:
            upkeep.upkeep(site)
        finally:
            limits.GRACE_SECONDS = grace
    assert ann.client.get(path_of(image["url"])).status_code == 200


def test_only_the_owner_manages(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    bob, boss = make_person(ann.app, "bob"), make_person(ann.app, "boss", admin=True)
    page = ann.app.test_client().get(image["path_viewer"]).text
    assert set(re.findall(r"/manage/[^/]+/(\w+)", page.replace("/manage/ID/", ""))) == {"report"}
    log_in(bob.client, "bob")
    token = csrf_token(bob.client.get("/settings/api").text)
    before = stored_files(ann.app)
    log_in(ann.client)
    for action in ("edit", "delete", "delete-link"):
        path = f"/manage/{image['id_encoded']}/{action}"
        assert (
            bob.client.post(path, data={"csrf_token": token, "title": "stolen"}).status_code == 404
        )
        assert ann.app.test_client().post(path).status_code == 400  # no token of a session
        assert ann.client.post(path, data={"title": "forged"}).status_code == 400
    assert stored_files(ann.app) == before
    log_in(boss.client, "boss")
    assert edit(boss, image, title="By the admin").status_code == 303


def test_deleting_and_a_new_delete_link(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    token = csrf_token(ann.client.get("/settings/api").text)
    made = ann.client.post(f"/manage/{image['id_encoded']}/delete-link", data={"csrf_token": token})
    assert (made.status_code, made.headers["Location"]) == (303, image["path_viewer"])
    other = ann.uploaded("alpha.png")["path_viewer"]
    assert "delete-link" not in re.findall(r'id="([^"]+)"', ann.client.get(other).text)
    ann.client.head(image["path_viewer"])
    answer = ann.client.get(image["path_viewer"])
    fresh = re.search(r'id="delete-link" readonly value="([^"]+)"', answer.text)
    assert (
        fresh and fresh[1] != image["delete_url"] and "no-store" in answer.headers["Cache-Control"]
    )
    again = ann.client.get(image["path_viewer"])  # shown once
    assert again.status_code == 200 and path_of(fresh[1]) not in again.text
    stranger = ann.app.test_client()
    assert stranger.delete(path_of(image["delete_url"])).status_code == 404
    assert stranger.get(path_of(fresh[1]), headers=BROWSER).status_code == 200
    deleted = ann.client.post(f"/manage/{image['id_encoded']}/delete", data={"csrf_token": token})
    assert deleted.status_code == 303 and deleted.headers["Location"] == "/mine"
    assert "moved to the bin" in ann.client.get("/mine").text
    assert all(path.startswith("private/") for path in stored_files(ann.app) if "plain" in path)


def test_dialogs_are_pages_too(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Cup")
    edit_path, delete_path = (
        f"/manage/{image['id_encoded']}/{name}" for name in ("edit", "delete")
    )
    code_path = f"/qr/{image['id_encoded']}"
    log_in(ann.client)
    shown = ann.client.get(image["path_viewer"]).text
    assert all(f'href="{path}"' in shown for path in (edit_path, code_path))
    assert f'action="{delete_path}"' in shown  # which asks nobody, as it can be restored
    assert "QR code of" in ann.app.test_client().get(code_path).text
    form = ann.client.get(edit_path).text
    assert 'value="Cup"' in form
    sent = {"csrf_token": csrf_token(form), "title": "Mug"}
    assert ann.client.post(edit_path, data=sent).status_code == 303
    question = ann.client.get(delete_path).text
    assert "Move to the bin?" in question and "restore it for 30 days" in question
    sent = {"csrf_token": csrf_token(question)}
    assert ann.client.post(delete_path, data=sent).status_code == 303
    assert ann.client.get(image["path_viewer"]).status_code == 410


def test_without_a_bin_it_says_that_it_is_for_good(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(BIN_DAYS=0))
    image = ann.uploaded("plain.jpg", title="Cup")
    log_in(ann.client)
    path = f"/manage/{image['id_encoded']}/delete"
    assert f'href="{path}"' in ann.client.get(image["path_viewer"]).text
    question = ann.client.get(path).text
    assert "Delete permanently?" in question and stored_files(ann.app) != []
    answer = ann.client.post(path, data={"csrf_token": csrf_token(question)})
    assert answer.status_code == 303 and stored_files(ann.app) == []
    assert ann.client.get(image["path_viewer"]).status_code == 404


def taken(ann: Person, image: dict[str, Any]) -> datetime | None:
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor.GUEST)
        assert upload
        return upload.taken_at


def test_the_date_taken(ann: Person) -> None:
    image = ann.uploaded("iphone-gps-8mp.jpg")
    before = taken(ann, image)
    assert before == datetime(2015, 4, 10, 20, 12, 23, tzinfo=UTC)
    log_in(ann.client)
    form = ann.client.get(f"/manage/{image['id_encoded']}/edit").text
    shown = re.findall(r'name="taken_(?:date|time|was)"[^>]*value="([^"]*)"', form)
    assert shown == ["2015-04-10", "20:12", "2015-04-10T20:12"]
    fields = dict(zip(("taken_date", "taken_time", "taken_was"), shown, strict=True))
    edit(ann, image, title="only that", **fields)
    assert taken(ann, image) == before  # with its seconds
    edit(ann, image, title="without a word of it")
    assert taken(ann, image) == before
    answer = edit(ann, image, **{**fields, "taken_date": "2030-02-31", "title": "no"})
    assert answer.status_code == 400 and "Check the date taken" in answer.text
    assert taken(ann, image) == before
    served = ann.client.get(path_of(image["url"])).data
    edit(ann, image, **{**fields, "taken_date": "1999-12-31", "taken_time": ""})
    assert taken(ann, image) == datetime(1999, 12, 31, 12, tzinfo=UTC)
    page = ann.client.get("/mine?sort=taken-newest").text
    assert "December 1999" in page and "April 2015" not in page
    assert "31 Dec 1999" in ann.client.get(image["path_viewer"], follow_redirects=True).text
    edit(ann, image, taken_date="", taken_time="", taken_was="1999-12-31T12:00")
    assert taken(ann, image) is None
    assert ann.client.get(path_of(image["url"])).data == served
