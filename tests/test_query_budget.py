"""Each page takes few queries, and as many with ten of everything as with three."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from models import Album, AlbumMember, User, db
from services.categories import create_category
from tests.conftest import Person, applications, csrf_token, existing, log_in, make_person
from tests.statements import statements
from tests.words.test_pages import PAGES, new_album, new_change, new_link, new_shares

MOST = 8
FEW, MANY = 3, 10


@pytest.fixture(scope="module")
def site(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with applications(blank_data, tmp_path_factory.mktemp("budget")) as make:
        yield make(EXPLORE="everyone", GUEST_UPLOADS=True)


class Site:
    """With ``count`` of everything, all of which a page may show."""

    def __init__(self, app: Flask) -> None:
        self.app, self.count = app, 0
        self.ann = make_person(app, "ann", admin=True)
        make_person(app, "bob")
        self.clients = {"ann": self.client_of("ann"), "bob": self.client_of("bob")}
        self.clients["guest"] = app.test_client()
        log_in(self.ann.client)
        self.shares = dict[str, str]()
        self.people = dict[str, Person]()
        self.album, self.link, self.change, self.image = "", "", "", dict[str, Any]()

    def client_of(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        log_in(client, name)
        return client

    def grow(self, count: int) -> None:
        with self.app.app_context():
            for number in range(self.count, count):
                create_category(f"Trips {number}" if number else "Trips", "")
        for number in range(self.count, count):
            self.add(number)
        self.count = count

    def add(self, number: int) -> None:
        album = new_album(self.ann, "public")
        self.album = self.album or album
        self.shares = self.shares or new_shares(self.ann, album)
        tags = ", ".join(["sea", f"t{number}"])
        fields = {"title": "Lake", "tags": tags, "visibility": "public"}
        for album_id in (self.album, album):
            image = self.ann.uploaded(
                "pixel.png", album_id=album_id.rpartition(".")[2], category_id="1", **fields
            )
            self.image = self.image or image
        for of in ({"album": album}, {"uploads": image["id_encoded"]}, {"tag": "sea"}):
            self.link = new_link(self.ann, **of)
        self.change = new_change(self.ann, image["id_encoded"])
        self.replace(number)
        someone = self.people[f"person{number}"] = make_person(self.app, f"person{number}")
        someone.uploaded("pixel.png", **fields)
        self.let_in("bob" if number == 0 else f"person{number}")

    def replace(self, number: int) -> None:
        """The file of the first image, which has a version more then."""
        png = io.BytesIO()
        Image.new("RGB", (2, 2 + number)).save(png, "PNG")
        page = f"/manage/{self.image['id_encoded']}"
        token = csrf_token(self.ann.client.get(f"{page}/versions").text)
        form = {"csrf_token": token, "source": (io.BytesIO(png.getvalue()), "a.png")}
        assert self.ann.client.post(f"{page}/replace", data=form).status_code == 303

    def let_in(self, name: str) -> None:
        """To the first album, where they put something."""
        album = self.album.rpartition(".")[2]
        with self.app.app_context():
            row, user = existing(Album.find_closed(album)), existing(User.by_name(name))
            db.session.add(AlbumMember(album_id=row.id, user_id=user.id, may_add=True))
            db.session.commit()
        if name != "bob":
            self.people[name].uploaded("pixel.png", album_id=album, title="Lake")

    def queries(self, template: str, who: str) -> int:
        values = {
            "id": self.image["id_encoded"],
            "slug": self.image["path_viewer"].rpartition("/")[2],
            "delete": self.image["delete_url"].partition("localhost")[2],
            "album": self.album,
            "locked": self.album,
            **self.shares,
            "link": self.link,
            "change": self.change,
            "key": self.ann.key.split("_")[1],
        }
        path = template.format(**values)
        # a place in the query says that the page isn't one that is kept
        separator = "&" if "?" in path else "?"
        with statements(self.app) as sent:
            self.clients[who].get(f"{path}{separator}fresh=1", headers={"Accept": "text/html"})
        return len(sent)


def test_pages_take_few_queries_however_much_there_is(site: Flask) -> None:
    here = Site(site)
    here.grow(FEW)
    asked = [(rule, path, who) for rule in PAGES for path in PAGES[rule] for who in here.clients]
    few = {one: here.queries(one[1], one[2]) for one in asked}
    here.grow(MANY)
    many = {one: here.queries(one[1], one[2]) for one in asked}
    assert not {one: count for one, count in many.items() if count > MOST}
    assert not {one: (few[one], many[one]) for one in asked if many[one] > few[one]}
