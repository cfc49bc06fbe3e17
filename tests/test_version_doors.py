"""Who may have what of a file that was replaced: its bytes, its owner alone; where it is now,
whoever may open the upload.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import ApiKey, Upload, User, Visibility, db
from models.api_key import Scope
from models.role import Role
from services.change import change
from tests.conftest import (
    Person,
    csrf_token,
    existing,
    log_in,
    make_person,
    path_of,
    sample,
    stored_files,
)

VISITORS = ("owner", "other", "manager", "admin", "guest", "key")
OPENED_BY = {
    Visibility.UNLISTED: VISITORS,
    Visibility.MEMBERS: ("owner", "other", "manager", "admin"),
    Visibility.PRIVATE: ("owner",),
}
REPLACED, PRESENT = "canon-40d.jpg", "screenshot.png"


def replace(person: Person, image: dict[str, Any], name: str, **headers: str) -> Any:
    page = f"/manage/{image['id_encoded']}"
    token = csrf_token(person.client.get(f"{page}/versions").text)
    form = {"csrf_token": token, "source": (io.BytesIO(sample(name).read_bytes()), name)}
    return person.client.post(f"{page}/replace", data=form, headers=headers)


@pytest.fixture
def ann(app: Flask) -> Person:
    ann = make_person(app)
    log_in(ann.client)
    return ann


@pytest.fixture
def clients(app: Flask, ann: Person) -> Iterator[dict[str, FlaskClient]]:
    found = {"owner": ann.client, "guest": app.test_client(), "key": app.test_client()}
    with app.app_context():
        owner = existing(User.by_name("ann"))
        found["key"].environ_base["HTTP_X_API_KEY"] = ApiKey.issue(
            owner, "manages", scope=Scope.MANAGE
        )[1]
        db.session.commit()
    roles = {"other": Role.USER, "manager": Role.MANAGER, "admin": Role.ADMIN}
    for name, role in roles.items():
        person = make_person(app, name, role=role)
        log_in(person.client, name)
        found[name] = person.client
    yield found


def paths_of(app: Flask, image: dict[str, Any]) -> tuple[list[str], str]:
    """Every address of the version's files, and the version's id."""
    with app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        (version,) = Upload.versions_of(upload.id)
        return [f"/{path}" for path in version.places], version.public_id


@pytest.mark.parametrize("visibility", OPENED_BY)
def test_the_bytes_of_a_version_are_its_owners(
    app: Flask, ann: Person, clients: dict[str, FlaskClient], visibility: Visibility
) -> None:
    image = ann.uploaded(REPLACED, title="Sesame", visibility="unlisted")
    assert replace(ann, image, PRESENT).status_code == 303
    with app.test_request_context():
        site = app.extensions["keepsake"]
        change(site, existing(Upload.find_any(image["id_encoded"])), {"visibility": visibility})
    paths, version = paths_of(app, image)
    present = sample(PRESENT).read_bytes()[-100:]
    page = f"/manage/{image['id_encoded']}/versions"
    of_owner = [page, f"{page}/{version}", f"{page}/{version}/delete"]
    bytes_of_owner = [f"{page}/{version}/file/{which}" for which in ("file", "thumb")]
    pages = [
        f"/{section}/{version}" for section in ("image", "clip", "original", "qr", "heart")
    ] + [f"/live/{version}.jpg", f"/manage/{version}/edit", f"/api/2/uploads/{version}"]
    for visitor, client in clients.items():
        may_open = visitor in OPENED_BY[visibility]
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == (302 if may_open else 404), (visitor, path)
            if may_open:
                assert answer.headers["Cache-Control"] == "no-cache"
                moved = client.get(answer.headers["Location"])
                assert moved.status_code == 200 and moved.mimetype == "image/png"
            else:
                assert "Location" not in answer.headers
        for path in of_owner:
            refused = 302 if visitor in ("guest", "key") else 404
            assert client.get(path).status_code == (200 if visitor == "owner" else refused), path
        for path in bytes_of_owner:
            answer = client.get(path)
            assert (answer.status_code == 200) == (visitor == "owner"), (visitor, path)
            if visitor == "owner":
                assert answer.headers["Cache-Control"] == "private, no-cache"
        for path in pages:
            answer = client.get(path, headers={"Accept": "text/html"})
            assert answer.status_code in (302, 401, 404), (visitor, path)
            assert "Sesame" not in answer.text
        live = client.get(f"/live/{image['id_encoded']}.png")
        assert (live.status_code == 200) == may_open, visitor
        if may_open:
            assert present in live.data
    assert not [path for path in stored_files(app) if "public" in path and "canon" in path]


def test_listings_and_programs_know_nothing_of_versions(
    app: Flask, ann: Person, clients: dict[str, FlaskClient]
) -> None:
    image = ann.uploaded(REPLACED, title="Sesame", visibility="public", tags="stray")
    replace(ann, image, PRESENT)
    _, version = paths_of(app, image)
    for client in clients.values():
        for path in ("/explore", "/search?q=canon-40d", "/mine", "/tag/stray", "/user/ann"):
            assert version not in client.get(path).text
    found = clients["key"].get("/api/2/uploads").get_json()
    assert version not in str(found)
    assert "canon-40d" not in ann.client.get("/mine").text


def test_the_live_link_gives_the_newest(app: Flask, ann: Person) -> None:
    image = ann.uploaded(REPLACED)
    client, live = app.test_client(), f"/live/{image['id_encoded']}"
    first = client.get(f"{live}.jpg")
    assert first.status_code == 200 and first.headers["Cache-Control"] == "no-cache"
    again = client.get(f"{live}.jpg", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    since = {"If-Modified-Since": "Thu, 31 Dec 2099 23:59:59 GMT"}
    assert client.get(f"{live}.jpg", headers=since).status_code == 200  # it may be put back
    replace(ann, image, PRESENT)
    moved = client.get(f"{live}.jpg", headers={"If-None-Match": first.headers["ETag"]})
    assert moved.headers["Location"].endswith(f"{live}.png")
    assert moved.headers["Cache-Control"] == "no-cache"
    assert client.get(f"{live}.png").mimetype == "image/png"
    for size in ("th", "md"):
        assert client.get(f"{live}.{size}.png", follow_redirects=True).status_code == 200
    assert client.get(f"{live}.whatever").status_code == 302
    assert client.head(f"{live}.png").data == b""


def test_put_back_its_old_addresses_answer_again(app: Flask, ann: Person) -> None:
    image = ann.uploaded(REPLACED)
    replace(ann, image, PRESENT)
    _, version = paths_of(app, image)
    page = f"/manage/{image['id_encoded']}/versions"
    token = csrf_token(ann.client.get(page).text)
    assert (
        ann.client.post(f"{page}/{version}/restore", data={"csrf_token": token}).status_code == 303
    )
    answer = app.test_client().get(path_of(image["url"]))
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    assert (
        ann.client.post(f"{page}/{version}/delete", data={"csrf_token": token}).status_code == 303
    )
    assert ann.client.get(f"{page}/{version}").status_code == 404
    assert len([path for path in stored_files(app) if "screenshot" in path]) == 0


@pytest.mark.parametrize(("name", "status"), [("clip.mp4", 400), ("script.svg", 400)])
def test_a_refusal_is_said_on_the_page(app: Flask, ann: Person, name: str, status: int) -> None:
    image = ann.uploaded(REPLACED)
    answer = replace(ann, image, name)
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert app.test_client().get(path_of(image["url"])).status_code == 200


def test_only_its_owner_replaces(app: Flask, ann: Person, clients: dict[str, FlaskClient]) -> None:
    image = ann.uploaded(REPLACED)
    for visitor, client in clients.items():
        if visitor == "owner":
            continue
        for what in ("replace", "rotate"):
            token = csrf_token(client.get("/login", follow_redirects=True).text)
            form = {"csrf_token": token, "source": (io.BytesIO(b"x"), "x.png"), "turns": "1"}
            answer = client.post(f"/manage/{image['id_encoded']}/{what}", data=form)
            assert answer.status_code == (302 if visitor in ("guest", "key") else 404), visitor
    with app.app_context():
        assert not Upload.versions_of(existing(Upload.find_any(image["id_encoded"])).id)


def test_rotated_by_its_page(app: Flask, ann: Person) -> None:
    image = ann.uploaded(REPLACED)
    page = f"/manage/{image['id_encoded']}"
    form = {"csrf_token": csrf_token(ann.client.get(f"{page}/versions").text), "turns": "3"}
    answer = ann.client.post(f"{page}/rotate", data=form)
    assert answer.headers["Location"] == path_of(image["url_viewer"])
    with app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        assert (upload.width, upload.height) == (image["height"], image["width"])
        assert existing(User.by_name("ann")).id == upload.user_id
        assert db.session.scalar(db.select(Upload.root).where(Upload.id == upload.id)) == "public"
