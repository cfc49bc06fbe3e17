"""Every route of the managing API × every kind of key: who else's uploads, albums and tags nobody
gets at, nor finds out that they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blueprints import SITE_MAP
from models import Album, User, db, utcnow
from models.api_key import Scope
from models.role import State
from services.album_members import name_member
from services.keys import issue_guest_key, revoke_key
from tests.blueprints.managing import Program, new_album, program
from tests.conftest import applications, existing, make_person

# What it answers to each kind of key: whose the thing is, or what refuses the key.
READS = {"manage": 200, "read": 200, "upload": 403, "in album": 200, "other album": 404}
WRITES = {**READS, "read": 403}
ENDED = dict.fromkeys(("expired", "revoked", "banned", "none", "wrong"), 401)
# "adds": of a member of the album, who may add to it. By pages that is; programs manage one's own.
OTHERS = {"bob": 404, "adds": 404, "boss": 404, "guest": 403, **ENDED}
EMPTY: dict[str, Any] = {"json": {}}
ROUTES: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "GET /api/2/uploads": (
        "uploads",
        {},
        {**READS, **OTHERS, **dict.fromkeys(("other album", "bob", "adds", "boss"), 200)},
    ),
    "POST /api/2/uploads": (
        "uploads",
        EMPTY,
        {**dict.fromkeys((*READS, *OTHERS), 400), "read": 403, "guest": 403, **ENDED},
    ),
    "GET /api/2/uploads/<public_id>": ("uploads/{upload}", {}, {**READS, **OTHERS}),
    "PATCH /api/2/uploads/<public_id>": ("uploads/{upload}", EMPTY, {**WRITES, **OTHERS}),
    "DELETE /api/2/uploads/<public_id>": ("uploads/{upload}", {}, {**WRITES, **OTHERS}),
}
WHOLE = {"in album": 403, "other album": 403}
NEW = {**dict.fromkeys((*READS, *OTHERS), 400), **WHOLE, **ENDED}
NEW |= dict.fromkeys(("read", "upload", "guest"), 403)
LISTS = {**READS, **OTHERS, **dict.fromkeys(("other album", "bob", "adds", "boss"), 200)}
ROUTES |= {
    "GET /api/2/albums": ("albums", {}, LISTS),
    "POST /api/2/albums": ("albums", EMPTY, NEW),
    "GET /api/2/albums/<public_id>": ("albums/{album}", {}, {**READS, **OTHERS}),
    "PATCH /api/2/albums/<public_id>": ("albums/{album}", EMPTY, {**WRITES, **OTHERS}),
    "DELETE /api/2/albums/<public_id>": ("albums/{album}", {}, {**WRITES, **OTHERS, **WHOLE}),
    "GET /api/2/tags": ("tags", {}, {**LISTS, **WHOLE}),
    "POST /api/2/tags": ("tags", EMPTY, NEW),
    "GET /api/2/tags/<name>": ("tags/{tag}", {}, {**READS, **OTHERS, **WHOLE}),
    "PATCH /api/2/tags/<name>": ("tags/{tag}", EMPTY, {**WRITES, **OTHERS, **WHOLE}),
    "DELETE /api/2/tags/<name>": ("tags/{tag}", {}, {**WRITES, **OTHERS, **WHOLE}),
}
ENDS = ("DELETE",)


class Site:
    def __init__(self, app: Any) -> None:
        self.app = app
        for name in ("ann", "bob", "dora", "banned"):
            make_person(app, name)
        make_person(app, "boss", admin=True)
        self.owner = program(app)
        other = new_album(app, title="Paris")
        self.keys = {
            "manage": self.owner,
            "read": program(app, scope=Scope.READ),
            "upload": program(app, scope=Scope.UPLOAD),
            "in album": self.owner,  # `fill` makes one
            "other album": program(app, album_id=other),
            "expired": program(app, expires_at=utcnow() - timedelta(seconds=1)),
            "revoked": program(app),
            "banned": program(app, "banned"),
            "bob": program(app, "bob"),
            "adds": program(app, "dora"),
            "boss": program(app, "boss"),
            "none": Program(app, ""),
            "wrong": Program(app, "chv_abcdef_" + "0" * 128),
        }
        with app.app_context():
            existing(User.by_name("banned")).state = State.BANNED
            db.session.commit()
            revoke_key(self.keys["revoked"].key.split("_")[1])
            self.keys["guest"] = Program(app, issue_guest_key())
        self.names, self.album = dict[str, str](), ""
        self.fill()

    def fill(self) -> None:
        """With something new of the owner's."""
        made = self.owner.upload(title="Sesame quarry", tags="sesame", visibility="private")
        if not self.album or self.owner.ask("GET", f"albums/{self.album}").status_code == 404:
            self.album = new_album(self.app, title="Sesame")
            self.keys["in album"] = program(self.app, album_id=self.album)
            with self.app.app_context():
                album, user = existing(Album.find_closed(self.album)), User.by_name("dora")
                name_member(album, user, may_add=True)
        self.owner.ask("PATCH", f"uploads/{made['id']}", json={"albums": [self.album]})
        self.names = {"upload": made["id"], "album": self.album, "tag": "sesame"}


@pytest.fixture(scope="module")
def site(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with applications(blank_data, tmp_path_factory.mktemp("keys")) as make:
        yield Site(make(GUEST_UPLOADS=True))


def test_every_route_is_here() -> None:
    managing = {
        f"{method} {route.rule}"
        for route in SITE_MAP
        if route.rule.startswith("/api/2/") and route.rule != "/api/2/upload"
        for method in route.methods.split()
    }
    assert managing == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_each_key_gets_what_it_is_for(site: Site, route: str) -> None:
    path, sent, expected = ROUTES[route]
    method = route.partition(" ")[0]
    assert set(expected) == set(site.keys)
    for kind, status in sorted(expected.items(), key=lambda one: -one[1]):
        answer = site.keys[kind].ask(method, path.format(**site.names), **sent)
        is_told = status == 200 and kind in ("manage", "read", "in album")
        wanted = 204 if is_told and method in ENDS else status
        assert answer.status_code == wanted, (kind, answer.text)
        assert ("esame" in answer.text) == (is_told and wanted == 200), kind
        if wanted == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        if is_told and method in ENDS:
            site.fill()


@pytest.mark.parametrize("route", [route for route in ROUTES if "<" in route])
def test_nobody_finds_out_that_it_is_there(site: Site, route: str) -> None:
    path, sent, expected = ROUTES[route]
    method, nothing = route.partition(" ")[0], dict.fromkeys(site.names, "Nothing0")
    for kind, status in expected.items():
        if status >= 400:
            one, other = (
                site.keys[kind].ask(method, path.format(**names), **sent)
                for names in (site.names, nothing)
            )
            assert (one.status_code, one.text) == (other.status_code, other.text), kind


def test_bearer_tokens_are_keys_and_the_query_is_not(site: Site) -> None:
    key, client = site.owner.key, site.app.test_client()
    asked = client.get("/api/2/uploads", headers={"Authorization": f"Bearer {key}"})
    assert asked.status_code == 200
    refused = client.get(f"/api/2/uploads?key={key}")
    assert refused.status_code == 401 and "in the header X-API-Key" in refused.text


def test_a_key_of_a_deleted_album_reaches_nothing(site: Site) -> None:
    key = program(site.app, album_id="gone0000")
    assert key.refusal("GET", "uploads") == (403, "The album of this key is deleted")


def test_a_key_of_an_album_keeps_to_it(site: Site) -> None:
    """What it sends goes there; nothing leaves, nothing comes from elsewhere."""
    key = site.keys["in album"]
    assert key.upload()["albums"] == [site.album]
    elsewhere = site.owner.upload(title="elsewhere")["id"]
    assert elsewhere not in [one["id"] for one in key.get("uploads?limit=100")["uploads"]]
    assert key.refusal("GET", f"uploads/{elsewhere}")[0] == 404
    upload = f"uploads/{site.names['upload']}"
    assert key.refusal("PATCH", upload, json={"albums": []})[0] == 403
    other = new_album(site.app)
    assert key.refusal("POST", "uploads", json={"album_id": other})[0] == 404
    assert key.refusal("GET", f"uploads?album={other}")[0] == 404


def test_an_album_with_members_shows_each_key_what_is_its_own(site: Site) -> None:
    dora, there = site.keys["adds"], f"uploads?limit=100&album={site.album}"
    sent = dora.upload(album_id=site.album)
    assert sent["albums"] == [site.album]
    for name in ("manage", "read", "in album"):
        key = site.keys[name]
        assert sent["id"] not in [one["id"] for one in key.get(there)["uploads"]]
        assert key.refusal("GET", f"uploads/{sent['id']}")[0] == 404
    assert dora.refusal("GET", there)[0] == 404
    for albums in ([], [site.album], [site.album]):
        patched = dora.ask("PATCH", f"uploads/{sent['id']}", json={"albums": albums})
        assert patched.status_code == 200 and existing(patched.json)["albums"] == albums
    elsewhere = {"albums": [new_album(site.app, title="Oslo")]}
    assert dora.refusal("PATCH", f"uploads/{sent['id']}", json=elsewhere)[0] == 404
    assert dora.refusal("POST", "uploads", json={"album_id": elsewhere["albums"][0]})[0] == 404
