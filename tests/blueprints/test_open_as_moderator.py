"""Admins see other people's private uploads only after they said so; that is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import OpenedAsModerator, db, utcnow
from models.opened_as_moderator import LASTS
from tests.conftest import Person, csrf_token, log_in, make_person, path_of


@pytest.fixture
def boss(ann: Person) -> Person:
    boss = make_person(ann.app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def open_it(admin: Person, image: dict[str, Any]) -> Any:
    token = csrf_token(admin.client.get("/settings").text)
    path = f"/manage/{image['id_encoded']}/open"
    return admin.client.post(path, data={"csrf_token": token})


def written(person: Person) -> list[tuple[str, str]]:
    with person.app.app_context():
        rows = db.session.scalars(db.select(OpenedAsModerator).order_by(OpenedAsModerator.id))
        return [(row.name, row.public_id) for row in rows]


def test_a_page_says_that_it_is_private(ann: Person, boss: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Secret garden", visibility="private")
    for path in (
        image["path_viewer"],
        f"/image/{image['id_encoded']}",
        f"/qr/{image['id_encoded']}",
        f"/manage/{image['id_encoded']}/edit",
        f"/manage/{image['id_encoded']}/stranger",
    ):
        page = boss.client.get(path)
        assert page.status_code == 403 and "Open as moderator" in page.text, path
        assert "ann" in page.text and "garden" not in page.text.casefold(), path
    assert boss.client.get(path_of(image["url"])).status_code == 404
    assert written(ann) == []  # a look at the page opens nothing


def test_it_is_logged_and_its_owner_is_told(
    ann: Person, boss: Person, caplog: pytest.LogCaptureFixture
) -> None:
    image = ann.uploaded("plain.jpg", visibility="private")
    other = ann.uploaded("alpha.png", visibility="private")
    answer = open_it(boss, image)
    assert (answer.status_code, answer.headers["Location"]) == (303, image["path_viewer"])
    assert written(ann) == [("boss", image["id_encoded"])]
    assert f"Moderator boss opened the private upload {image['id_encoded']}" in caplog.text
    for path in (image["path_viewer"], path_of(image["url"]), path_of(image["thumb"]["url"])):
        assert boss.client.get(path).status_code == 200, path
    assert "Opened by the moderator" not in boss.client.get(image["path_viewer"]).text
    # nothing else, and nobody else
    assert boss.client.get(other["path_viewer"]).status_code == 403
    chief = make_person(ann.app, "chief", admin=True)
    log_in(chief.client, "chief")
    assert chief.client.get(image["path_viewer"]).status_code == 403
    log_in(ann.client)
    assert "Opened by the moderator boss on" in ann.client.get(image["path_viewer"]).text


def test_it_lasts_for_a_while(ann: Person, boss: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="private")
    open_it(boss, image)
    with ann.app.app_context():
        db.session.query(OpenedAsModerator).update({"at": utcnow() - LASTS - timedelta(seconds=1)})
        db.session.commit()
    assert boss.client.get(image["path_viewer"]).status_code == 403
    assert written(ann) == [("boss", image["id_encoded"])]  # the record stays


def test_nothing_is_written_where_nothing_is_private(ann: Person, boss: Person) -> None:
    image, own = ann.uploaded("plain.jpg"), boss.uploaded("alpha.png", visibility="private")
    for one in (image, own):
        assert open_it(boss, one).status_code == 303
        assert boss.client.get(one["path_viewer"]).status_code == 200
    assert written(ann) == []


def test_only_admins_open(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="private")
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    assert open_it(bob, image).status_code == 404
    assert bob.client.get(image["path_viewer"]).status_code == 404
    assert written(ann) == []


def test_the_record_outlives_the_upload(ann: Person, boss: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="private")
    open_it(boss, image)
    ann.client.delete(path_of(image["delete_url"]))
    assert written(ann) == [("boss", image["id_encoded"])]
    assert boss.client.get(image["path_viewer"]).status_code == 404


def test_listings_have_none_of_it(ann: Person, boss: Person) -> None:
    image = ann.uploaded("plain.jpg", title="Tower", tags="stone", visibility="private")
    open_it(boss, image)
    for path in ("/", "/explore", "/search?q=tower", "/tag/stone", "/mine"):
        assert image["id_encoded"] not in boss.client.get(path).text, path
