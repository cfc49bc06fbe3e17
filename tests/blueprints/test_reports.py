"""Reports of uploads: who may send one, who reads them, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import reports
from models import AuditEntry, Contents, Limit, Reason, Report, Upload, User, db
from models.album import Album
from models.report import PAGE_OF_REPORTS
from models.role import Role
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of
from tests.models.test_listing import plans


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(MIN_FREE_MB=0)


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app, "ann")
    log_in(ann.client)
    return ann


@pytest.fixture
def bob(app: Flask) -> FlaskClient:
    client = make_person(app, "bob").client
    log_in(client, "bob")
    return client


@pytest.fixture
def meg(app: Flask) -> FlaskClient:
    client = make_person(app, "meg", role=Role.MANAGER).client
    log_in(client, "meg")
    return client


def send(client: FlaskClient, image: dict[str, Any], album: str = "", **fields: str) -> Any:
    path = f"/{album or 'manage'}/{image['id_encoded']}/report"
    token = csrf_token(client.get(path).text)
    data = {"csrf_token": token, "reason": "copyright", "text": "Mine.", **fields}
    return client.post(path, data=data)


def answer(client: FlaskClient, kind: str, row: int) -> str:
    token = csrf_token(client.get("/settings").text)
    data = {"csrf_token": token, "answer": kind, "report": str(row)}
    return client.post("/admin/review/reports", data=data, follow_redirects=True).text


def rows(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(db.select(Report.id).order_by(Report.id)))


def acts(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.act, one.subject) for one in db.session.scalars(db.select(AuditEntry))]


def test_who_may_open_it_reports_it(
    app: Flask, ann: Person, bob: FlaskClient, meg: FlaskClient
) -> None:
    image, guest = ann.uploaded("alpha.png", title="Lake"), app.test_client()
    assert "/report" in guest.get(image["path_viewer"]).text
    assert "/report" not in ann.client.get(image["path_viewer"]).text
    for client in (bob, guest, guest):
        assert send(client, image).headers["Location"] == image["path_viewer"]
        assert "A moderator will look at it." in client.get(image["path_viewer"]).text
    assert len(rows(app)) == 2  # one of each
    assert ann.client.get(f"/manage/{image['id_encoded']}/report").status_code == 404
    page = meg.get("/admin/review/reports").text
    assert "Reported by bob" in page and "Reported by somebody without an account" in page
    assert "It isn't theirs to share" in unescape(page) and "2 wait" in page
    for client in (ann.client, bob):
        assert client.get("/admin/review/reports").status_code == 404
    assert "report" not in ann.client.get(image["path_viewer"]).text.lower()


def test_what_is_not_there_for_them_is_not_found(app: Flask, ann: Person, bob: FlaskClient) -> None:
    private = ann.uploaded("alpha.png", visibility="private")["id_encoded"]
    assert {bob.get(f"/manage/{one}/report").status_code for one in (private, "Nothing0")} == {404}
    assert bob.post(f"/manage/{private}/report").status_code == 400  # no token


def test_wrong_ones_are_refused(app: Flask, ann: Person, bob: FlaskClient) -> None:
    image = ann.uploaded("alpha.png")
    for fields in ({"reason": ""}, {"reason": "x"}, {"text": "x" * 501}):
        answered = send(bob, image, **fields)
        assert answered.status_code == 400 and 'role="alert"' in answered.text, fields
    assert rows(app) == []
    assert send(bob, image, text="x" * 500).status_code == 303


def test_too_many_are_refused(
    app: Flask, ann: Person, bob: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "PER_HOUR", (Limit(2, timedelta(hours=1)),))
    images = [ann.uploaded("alpha.png") for _ in range(3)]
    assert [send(bob, image).status_code for image in images] == [303, 303, 429]
    assert len(rows(app)) == 2
    # others of the same network are no reason to refuse somebody
    assert send(make_client(app, "max"), images[0]).status_code == 303
    guest = app.test_client()
    assert [send(guest, image).status_code for image in images] == [303, 303, 429]


def make_client(app: Flask, name: str) -> FlaskClient:
    client = make_person(app, name).client
    log_in(client, name)
    return client


@pytest.mark.parametrize("visibility", ["public", "unlisted", "members", "password"])
def test_what_only_an_album_shows_is_reported_there(
    app: Flask, ann: Person, bob: FlaskClient, meg: FlaskClient, visibility: str
) -> None:
    """Moderators read words alone, and not what the file is called."""
    token = csrf_token(ann.client.get("/albums/new").text)
    form = {"csrf_token": token, "name": "Trip", "visibility": visibility, "sort": "taken"}
    form["password"] = "lighthouse" if visibility == "password" else ""
    slug = ann.client.post("/albums/new", data=form).headers["Location"].rpartition(".")[2]
    image = ann.uploaded("alpha.png", album_id=slug, visibility="private", title="Rapunzel")
    album = f"album/Trip.{slug}"
    if visibility == "password":
        assert bob.get(f"/{album}/{image['id_encoded']}/report").status_code == 403
        token = csrf_token(bob.get(f"/{album}").text)
        bob.post(f"/album/{slug}/password", data={"csrf_token": token, "password": "lighthouse"})
    page = f"/{album}/{image['id_encoded']}"
    assert f"{page}/report" in bob.get(page).text
    assert ann.client.get(f"{page}/report").status_code == 404
    assert send(bob, image, album).headers["Location"] == page
    assert "A moderator will look at it." in bob.get(page).text
    (row,) = rows(app)
    reported = meg.get("/admin/review/reports").text
    assert "Reported by bob" in reported and "Rapunzel" not in reported
    assert "/images/" not in reported.partition('class="reports"')[2]
    assert "Hidden." in answer(meg, "hide", row)
    assert rows(app) == [] and bob.get(page).status_code == 404
    with app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        assert (upload.visibility, upload.waits_as, upload.is_hidden) == (
            "private",
            "private",
            True,
        )
    assert "Rapunzel" in meg.get("/admin/review").text
    token = csrf_token(meg.get("/settings").text)
    data = {"csrf_token": token, "answer": "approve", "upload": image["id_encoded"]}
    assert "Approved" in meg.post("/admin/review", data=data).text
    assert bob.get(page).status_code == 200


def test_a_report_is_dismissed(app: Flask, ann: Person, bob: FlaskClient, meg: FlaskClient) -> None:
    image = ann.uploaded("alpha.png")
    send(bob, image)
    (row,) = rows(app)
    assert "Report dismissed." in answer(meg, "dismiss", row)
    assert "Somebody else was faster." in answer(meg, "dismiss", row)
    assert rows(app) == [] and acts(app) == [("dismiss_report", image["id_encoded"])]
    assert app.test_client().get(path_of(image["url"])).status_code == 200


def test_what_is_hidden_waits_for_approval(
    app: Flask, ann: Person, bob: FlaskClient, meg: FlaskClient
) -> None:
    token = csrf_token(ann.client.get("/albums/new").text)
    form = {"csrf_token": token, "name": "Trip", "visibility": "public", "sort": "taken"}
    slug = ann.client.post("/albums/new", data=form).headers["Location"].rpartition(".")[2]
    image = ann.uploaded("alpha.png", album_id=slug)
    send(bob, image)
    send(app.test_client(), image)
    assert "Hidden." in answer(meg, "hide", rows(app)[1])
    assert rows(app) == [] and acts(app) == [("hide_upload", image["id_encoded"])]
    assert "Hidden by a moderator." in ann.client.get(image["path_viewer"]).text
    guest = app.test_client()
    assert guest.get(path_of(image["url"])).status_code == 404
    with app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        album = existing(Album.find_closed(slug))
        assert (upload.waits_as, upload.root, upload.is_approved) == ("public", "private", False)
        assert Contents(album).public_ids() == [] and album.upload_count == 0
        assert not (app.extensions["keepsake"].config.data / "public" / upload.files[0]).exists()
    token = csrf_token(meg.get("/settings").text)
    data = {"csrf_token": token, "answer": "approve", "upload": image["id_encoded"]}
    assert "Approved" in meg.post("/admin/review", data=data).text
    assert guest.get(path_of(image["url"])).status_code == 200
    with app.app_context():
        assert len(Contents(existing(Album.find_closed(slug))).public_ids()) == 1


def test_moderators_have_no_say_in_what_is_theirs(
    app: Flask, bob: FlaskClient, meg: FlaskClient
) -> None:
    """Another one has; where there is no other, they answer without learning who reported it."""
    boss, owner = make_person(app, "boss", admin=True), make_person(app, "max", role=Role.MANAGER)
    log_in(boss.client, "boss")
    log_in(owner.client, "max")
    image = owner.uploaded("alpha.png")
    send(bob, image)
    (row,) = rows(app)
    assert "No reports." in owner.client.get("/admin/review/reports").text
    for kind in ("dismiss", "hide"):
        assert "Somebody else was faster." in answer(owner.client, kind, row)
    assert rows(app) == [row] and "Reported by bob" in meg.get("/admin/review/reports").text
    answer(boss.client, "hide", row)
    token = csrf_token(owner.client.get("/settings").text)
    data = {"csrf_token": token, "answer": "approve", "upload": image["id_encoded"]}
    owner.client.post("/admin/review", data=data)
    guest = app.test_client()
    assert guest.get(path_of(image["url"])).status_code == 404
    data["csrf_token"] = csrf_token(meg.get("/settings").text)
    meg.post("/admin/review", data=data)
    assert guest.get(path_of(image["url"])).status_code == 200
    send(bob, image)
    with app.app_context():
        for name in ("boss", "meg"):
            existing(User.by_name(name)).role = Role.USER
        db.session.commit()
    page = owner.client.get("/admin/review/reports").text
    assert "It isn't theirs to share" in unescape(page) and "Reported by" not in page
    assert "Report dismissed." in answer(owner.client, "dismiss", rows(app)[0])


def test_reports_go_with_what_they_are_about(
    app: Flask, ann: Person, bob: FlaskClient, meg: FlaskClient
) -> None:
    gone, private = ann.uploaded("alpha.png", title="Lake"), ann.uploaded("alpha.png", title="Hut")
    for image in (gone, private):
        send(bob, image)
    app.test_client().delete(path_of(gone["delete_url"]))
    page = meg.get("/admin/review/reports").text
    assert "Lake" not in page and "Hut" in page
    token = csrf_token(ann.client.get("/settings").text)
    data = {"csrf_token": token, "visibility": "private", "visibility_was": "unlisted"}
    ann.client.post(f"/manage/{private['id_encoded']}/edit", data=data)
    # what nobody else sees is none of a moderator's business
    assert "Hut" not in meg.get("/admin/review/reports").text
    assert "Somebody else was faster." in answer(meg, "hide", rows(app)[0])


def test_pages_of_reports(app: Flask, ann: Person, meg: FlaskClient) -> None:
    with app.app_context():
        image = ann.uploaded("alpha.png")
        upload = existing(Upload.find_any(image["id_encoded"]))
        for n in range(PAGE_OF_REPORTS + 2):
            Report.add(upload, None, f"sender {n}", Reason.OTHER, f"number {n}.")
        db.session.commit()
        with plans(app) as found:
            Report.page(0, 3)
        # of people it stops at the first moderator
        scans = [step for step in found[0] if "SCAN" in step and "report" not in step]
        assert scans in ([], ["SCAN user"]), found
        last = rows(app)[PAGE_OF_REPORTS - 1]
    page = meg.get("/admin/review/reports").text
    assert f"number {PAGE_OF_REPORTS - 1}." in page and f"number {PAGE_OF_REPORTS}." not in page
    following = meg.get(f"/admin/review/reports?after={last}").text
    assert f"number {PAGE_OF_REPORTS}." in following and "Next page" not in following
