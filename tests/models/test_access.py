"""Who may open an upload, who comes upon it, who may change it, and where its files belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Upload, Visibility, Visitor, db, utcnow
from tests.conftest import Person, log_in, make_person, path_of, picture_paths

VISITORS = ["owner", "other", "admin", "guest"]
# visibility: who opens it, to whom it is listed, and the root of its files
TABLE = {
    "private": ({"owner"}, {"owner"}, "private"),
    "members": ({"owner", "admin", "other"}, {"owner", "admin", "other"}, "private"),
    "unlisted": ({"owner", "admin", "other", "guest"}, {"owner", "admin"}, "public"),
    "public": (
        {"owner", "admin", "other", "guest"},
        {"owner", "admin", "other", "guest"},
        "public",
    ),
}


@dataclass
class Scenario:
    app: Flask
    owner: Person
    clients: dict[str, FlaskClient]
    visitors: dict[str, Visitor]


@pytest.fixture
def scenario(make_app: Callable[..., Flask]) -> Scenario:
    app = make_app(EXPLORE="everyone")
    people = {
        "owner": make_person(app, "ann"),
        "other": make_person(app, "bob"),
        "admin": make_person(app, "root", admin=True),
    }
    for person in people.values():
        log_in(person.client, person.name)
    clients = {
        **{name: person.client for name, person in people.items()},
        "guest": app.test_client(),
    }
    with app.app_context():
        from models import User

        users = {
            "owner": User.by_name("ann"),
            "other": User.by_name("bob"),
            "admin": User.by_name("root"),
            "guest": None,
        }
        return Scenario(
            app, people["owner"], clients, {name: Visitor(user) for name, user in users.items()}
        )


@pytest.mark.parametrize("visibility", TABLE)
def test_over_the_wire(visibility: str, scenario: Scenario) -> None:
    opened_by, listed_to, root = TABLE[visibility]
    image = scenario.owner.uploaded("plain.jpg", title="Tower", tags="stone", visibility=visibility)
    for name in VISITORS:
        get = scenario.clients[name].get
        for url in (*picture_paths(image), image["url_viewer"]):
            # an admin is told that it is private
            is_told = name == "admin" and url == image["url_viewer"]
            expected = 200 if name in opened_by else 403 if is_told else 404
            assert get(path_of(url)).status_code == expected, (name, url)
        for path in ("/explore", "/search?q=tower", "/tag/stone"):
            assert (image["id_encoded"] in get(path).text) == (name in listed_to), (name, path)
    stored = scenario.app.extensions["keepsake"].config.data / root
    assert all((stored / path.lstrip("/")).exists() for path in picture_paths(image))


@pytest.mark.parametrize("visibility", TABLE)
@pytest.mark.parametrize("but", ["", "expires", "expired", "leftovers"])
def test_as_conditions(visibility: str, but: str, scenario: Scenario) -> None:
    """What will expire is listed to its owner alone; what has expired to nobody; neither lies in
    public, nor what couldn't be cleaned.
    """
    image = scenario.owner.uploaded("pixel.png", visibility=visibility)
    opened_by, listed_to, root = TABLE[visibility]
    changes: dict[str, dict[Any, Any]] = {
        "": {},
        "expires": {"expires_at": utcnow() + timedelta(hours=1)},
        "expired": {"expires_at": utcnow() - timedelta(seconds=1)},
        "leftovers": {"leftovers": "GPS"},
    }
    with scenario.app.app_context():
        if changes[but]:
            db.session.query(Upload).update(changes[but])
        db.session.commit()
        row = db.session.query(Upload).one()
        assert row.belongs_in == ("private" if but else root)
        for name, visitor in scenario.visitors.items():
            may_open = name in opened_by and but != "expired"
            is_listed = (
                name in listed_to and but != "expired" and (but != "expires" or name == "owner")
            )
            assert (Upload.find(image["id_encoded"], visitor) is not None) == may_open, name
            assert bool(Upload.page(visitor)) == is_listed, name
            assert row.is_owner(visitor) == (name == "owner")
            assert row.may_edit(visitor) == (name in ("owner", "admin"))


def test_the_site_s_default_and_what_cannot_be_cleaned(make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(VISIBILITY="members"))
    ann.uploaded("pixel.png")
    ann.uploaded("alpha.png", visibility="public")
    with ann.app.app_context():
        assert [row.visibility for row in db.session.query(Upload).order_by(Upload.id)] == [
            Visibility.MEMBERS,
            Visibility.PUBLIC,
        ]


def test_albums_keep_their_order(ann: Person) -> None:
    from models import Album, User
    from models.album_uploads import album_upload

    with ann.app.app_context():
        album = Album.create(User.by_name(ann.name), "Rome")  # type: ignore[arg-type]
        db.session.commit()
        album_id, row_id = album.public_id, album.id
    names = [
        ann.uploaded(name, album_id=album_id)["name"]
        for name in ("pixel.png", "alpha.png", "plain.jpg")
    ]
    with ann.app.app_context():
        query = (
            db.select(Upload.name)
            .join(album_upload)
            .where(album_upload.c.album_id == row_id)
            .order_by(album_upload.c.position)
        )
        assert list(db.session.scalars(query)) == names
