"""The queue of moderators, and what owners are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Refusal, Upload, User, Visitor, db
from models.role import Role
from models.upload.review import PAGE_OF_REVIEW
from tests.conftest import Person, csrf_token, existing, log_in, make_person, path_of, sample


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(REVIEW="members", MIN_FREE_MB=0)


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app, "ann")
    log_in(ann.client)
    return ann


@pytest.fixture
def meg(app: Flask) -> FlaskClient:
    client = make_person(app, "meg", role=Role.MANAGER).client
    log_in(client, "meg")
    return client


def ids(images: list[dict[str, Any]]) -> list[str]:
    return [image["id_encoded"] for image in images]


def send(client: FlaskClient, answer: str, *chosen: str, **more: Any) -> Any:
    token = csrf_token(client.get("/settings").text)
    data = {"csrf_token": token, "answer": answer, "upload": list(chosen), **more}
    return client.post("/admin/review", data=data)


def waiting(app: Flask) -> list[str]:
    with app.app_context():
        return [one.public_id for one in Upload.waiting_for_approval(0)]


def test_many_are_approved_at_once(app: Flask, ann: Person, meg: FlaskClient) -> None:
    images = [ann.uploaded("alpha.png", title=f"Lake {n}") for n in range(3)]
    page = meg.get("/admin/review").text
    assert [page.index(f"Lake {n}") for n in range(3)] == sorted(
        page.index(f"Lake {n}") for n in range(3)
    )
    assert "3 wait" in page and "Then unlisted" in page
    for image in images:
        assert meg.get(path_of(image["thumb"]["url"])).status_code == 200
        assert app.test_client().get(path_of(image["url"])).status_code == 404
    answer = send(meg, "approve", *ids(images[:2]), "Nothing0")
    assert "Approved: Lake 0, Lake 1." in answer.text and "somebody else was faster" in answer.text
    assert waiting(app) == ids(images[2:])
    for image, status in zip(images, (200, 200, 404), strict=True):
        assert app.test_client().get(path_of(image["url"])).status_code == status


def test_many_are_refused_after_one_question(app: Flask, ann: Person, meg: FlaskClient) -> None:
    images = [ann.uploaded("alpha.png", title=f"Lake {n}") for n in range(3)]
    asked = send(meg, "refuse", *ids(images[:2])).text
    assert "Refuse 2 files?" in asked and "can't be undone" in unescape(asked)
    assert waiting(app) == ids(images)  # only asked
    assert (
        "Refused and deleted: Lake 0, Lake 1."
        in send(meg, "refuse", *ids(images[:2]), sure="1").text
    )
    assert waiting(app) == ids(images[2:])
    again = send(meg, "refuse", *ids(images[:2]), sure="1")
    assert again.status_code == 200 and "somebody else was faster" in again.text

    told = ann.client.get("/mine").text
    assert "A moderator refused these files, and they were deleted: Lake 0, Lake 1." in told
    assert "A moderator refused" not in meg.get("/mine").text
    with app.app_context():
        last = Refusal.told_to(Visitor(existing(User.by_name("ann"))))[-1].id
    data = {"csrf_token": csrf_token(told), "last": str(last)}
    assert ann.client.post("/mine/refused", data=data).status_code == 303
    assert "A moderator refused" not in ann.client.get("/mine").text


def test_nothing_chosen_changes_nothing(app: Flask, ann: Person, meg: FlaskClient) -> None:
    ann.uploaded("alpha.png")
    answer = send(meg, "approve")
    assert answer.status_code == 400 and "Select at least one file" in answer.text
    assert send(meg, "delete", "x").status_code == 400
    assert len(waiting(app)) == 1
    assert meg.post("/admin/review", data={"answer": "approve"}).status_code == 400  # no token


def test_pages_follow_each_other(app: Flask, ann: Person, meg: FlaskClient) -> None:
    first = ann.uploaded("pixel.png", title="Lake 0")["id_encoded"]
    with app.app_context():
        row = existing(Upload.find_any(first))
        columns = [one.name for one in Upload.__table__.columns if not one.computed]
        for n in range(1, PAGE_OF_REVIEW + 3):
            values = {name: getattr(row, name) for name in columns if name != "id"}
            values |= {
                "public_id": f"copy{n}",
                "name": f"copy{n}",
                "title": f"Lake {n}",
                "rank": row.rank + n,
            }
            db.session.execute(db.insert(Upload).values(values))
        db.session.commit()
    page = meg.get("/admin/review").text
    assert page.count('type="checkbox" name="upload"') == PAGE_OF_REVIEW
    following = unescape(page.rpartition('href="?after=')[2].partition('"')[0])
    second = meg.get(f"/admin/review?after={following}").text
    assert second.count('type="checkbox" name="upload"') == 3 and "Next page" not in second
    assert f"Lake {PAGE_OF_REVIEW + 2}" in second
    assert meg.get("/admin/review?after=x").status_code == 400


def test_pages_say_that_it_waits(app: Flask, ann: Person, meg: FlaskClient) -> None:
    image = ann.uploaded("alpha.png", visibility="public", title="Lake")
    page = ann.client.get(image["path_viewer"]).text
    assert "Waiting for approval" in page and "/admin/review" not in page
    assert "Waiting for approval" in ann.client.get("/mine").text
    assert "Waiting for approval" in ann.client.get("/").text
    seen = meg.get(image["path_viewer"]).text
    assert "Waiting for approval" in seen and 'value="approve"' in seen
    assert app.test_client().get(image["path_viewer"]).status_code == 404
    edit = ann.client.get(f"/manage/{image['id_encoded']}/edit").text
    assert 'name="visibility_was" value="public"' in edit

    form = {"csrf_token": csrf_token(edit), "visibility": "unlisted", "visibility_was": "public"}
    answer = ann.client.post(
        f"/manage/{image['id_encoded']}/edit", data=form, headers={"Accept": "application/json"}
    )
    report = existing(answer.json)["report"]
    assert "Waiting for approval" in report["audience"] and report["visibility"] == "unlisted"
    assert app.test_client().get(image["path_viewer"]).status_code == 404


def test_an_album_tells_its_owner_what_comes(app: Flask, ann: Person, meg: FlaskClient) -> None:
    token = csrf_token(ann.client.get("/albums/new").text)
    form = {"csrf_token": token, "name": "Trip", "visibility": "public", "sort": "taken"}
    path = ann.client.post("/albums/new", data=form).headers["Location"]
    image = ann.uploaded("alpha.png", album_id=path.rpartition(".")[2])
    said = "1 file waits for approval"
    assert said in ann.client.get(path).text and said not in meg.get(path).text
    choose = ann.client.get(f"/manage/{image['id_encoded']}/albums").text
    assert f'value="{path.rpartition(".")[2]}" checked' in choose
    send(meg, "approve", image["id_encoded"])
    assert (
        said not in ann.client.get(path).text and image["id_encoded"] in ann.client.get(path).text
    )


def test_the_menu_tells_moderators(app: Flask, ann: Person, meg: FlaskClient) -> None:
    ann.uploaded("alpha.png")
    assert "1 waits" in meg.get("/").text and "1 waits" not in ann.client.get("/").text
    boss = make_person(app, "boss", admin=True).client
    log_in(boss, "boss")
    assert "1 waits" in boss.get("/").text
    assert ann.client.get("/admin/review").status_code == 404
    assert app.test_client().get("/admin/review").status_code == 302


def test_what_is_approved_is_the_file_that_was_shown(
    app: Flask, ann: Person, meg: FlaskClient
) -> None:
    """Its owner may replace it between a moderator's look and the answer."""
    images = [ann.uploaded("alpha.png"), ann.uploaded("plain.jpg")]
    shown = re.findall(r'name="shown"\s+value="([^"]+)"', meg.get("/admin/review").text)
    assert len(shown) == 2
    path = f"/manage/{images[0]['id_encoded']}/versions"
    data = {"csrf_token": csrf_token(ann.client.get(path).text)}
    with sample("pixel.png").open("rb") as file:
        answer = ann.client.post(
            path.replace("versions", "replace"), data=data | {"source": (file, "other.png")}
        )
    assert answer.status_code == 303
    for word in ("approve", "refuse"):
        page = send(meg, word, *ids(images[:1]), shown=shown, sure="1").text
        assert "alpha" in page and waiting(app) == ids(images), word
    send(meg, "approve", *ids(images), shown=shown)
    assert waiting(app) == ids(images[:1])
