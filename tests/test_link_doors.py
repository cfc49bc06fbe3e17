"""Every route of share links × what a link asks for and what whoever has it has answered × every
kind of link, with a private upload under it: whom the link lets in gets the upload by the link's
addresses, and nobody gets it by its own. A route that isn't in this table fails.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from blueprints import SITE_MAP
from blueprints.http.share_address import share_token
from models import Album, Contribution, ShareLink, Tag, Upload, User, Visitor, db, utcnow
from models.role import State
from services.albums import add_to_album
from services.share_links import LinkWishes, change_link, revoke_link, share_album, share_files
from services.share_links import share_tag as share_tagged
from tests.blueprints.test_adding import Guest
from tests.conftest import PASSWORD, Person, applications, existing, make_person
from tests.shares import name_under
from tests.test_side_doors import film_that_stays_private

KINDS = ("files", "album", "tag")
WORD = "open sesame"
TITLE, ALBUM, OWNER = "Rapunzel", "Harvest quarry", "Gwendolen"
OF_FILES = ("file", "thumb", "medium", "tile")


@dataclass(frozen=True)
class Row:
    """What a route answers whom the link has let in, whom it asks first, and under a link that has
    ended. ``tells``: the first of these says what is under the link.
    """

    path: str
    opened: int = 200
    asks: int = 200
    ended: int = 404
    tells: bool = True
    data: dict[str, str] = field(default_factory=dict)


ROWS = {
    "GET /s/<token>": Row("/s/{token}"),
    "GET /s/<token>/<upload_id>": Row("/s/{token}/{id}"),
    "GET /s/<token>/file/<upload_id>/<which>": Row("/s/{token}/file/{id}/file", asks=404),
    "GET /s/<token>/zip": Row("/s/{token}/zip"),
    "GET /s/<token>/add": Row("/s/{token}/add"),
    # no file is sent, and nothing is told
    "POST /s/<token>/add": Row("/s/{token}/add", 400, tells=False),
    "POST /s/<token>/add/arrived": Row("/s/{token}/add/arrived", 400, tells=False),
    # this browser has sent nothing
    "GET /s/<token>/add/<upload_id>/take-back": Row(
        "/s/{token}/add/{id}/take-back", 404, tells=False
    ),
    "POST /s/<token>/add/<upload_id>/take-back": Row(
        "/s/{token}/add/{id}/take-back", 404, tells=False
    ),
    "GET /s/<token>/frame": Row("/s/{token}/frame"),
    "GET /s/<token>/frame/files": Row("/s/{token}/frame/files", asks=404),
    # these two let somebody in; what they do with a link that asks is below
    "POST /s/<token>/open": Row("/s/{token}/open", 303, 303, tells=False),
    "POST /s/<token>/password": Row(
        "/s/{token}/password", 303, 403, tells=False, data={"password": "no sesame"}
    ),
}


@dataclass
class Scenario:
    """One site with a private upload of ann's under links of one kind."""

    app: Flask
    kind: str
    ann: Person
    album: str
    image: dict[str, str]
    own_files: list[str]

    @property
    def id(self) -> str:
        return self.image["id_encoded"]

    def new_link(self, **wishes: object) -> str:
        """The secret of a new link, by which files may be sent, too."""
        given = {"may_add": True, **wishes}
        with self.app.app_context():
            user, some = existing(User.by_name("ann")), LinkWishes(**given)  # type: ignore[typeddict-item]
            if self.kind == "album":
                album = existing(Album.find(self.album, Visitor(user)))
                link = share_album(user, album, share_token, some)
            elif self.kind == "tag":
                link = share_tagged(user, existing(Tag.find("stray")), share_token, some)
            else:
                link = share_files(user, self.ids_of_files(), share_token, some)
            return share_token(link.public_id)

    def ids_of_files(self) -> list[str]:
        """All that ann has with the tag: a link to chosen files has what the others have."""
        with self.app.app_context():
            user = existing(User.by_name("ann"))
            return [one.public_id for one in Upload.newest_of(user, 99) if one.tags]

    def named(self, token: str, public_id: str = "") -> str:
        """What ann's private upload, or another one, is called under a link."""
        return name_under(self.app, token, public_id or self.id) or "x" * 11

    def change(self, token: str, do: Callable[[ShareLink], None]) -> None:
        with self.app.app_context():
            do(existing(ShareLink.find(token)))
            db.session.commit()


def tells(answer: TestResponse) -> bool:
    is_text = (answer.mimetype or "").startswith(("text/", "application/json"))
    text = answer.get_data(as_text=True) if is_text else ""
    words = (TITLE, ALBUM, OWNER, "Bluebeard", "stray")
    has_files = answer.mimetype in ("image/jpeg", "application/zip") and bool(answer.data)
    return has_files or any(word in text + str(answer.headers) for word in words)


def log_in(client: FlaskClient, name: str) -> None:
    assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302


def build(app: Flask, kind: str) -> Scenario:
    app.config["WTF_CSRF_ENABLED"] = False  # a form's token keeps other sites out, not visitors
    ann = make_person(app, "ann")
    for name in ("bob", "boss"):
        make_person(app, name, admin=name == "boss")
    with app.app_context():
        existing(User.by_name("ann")).display_name = OWNER
        db.session.commit()
    log_in(ann.client, "ann")
    answer = ann.client.post(
        "/albums/new", data={"sort": "taken", "name": ALBUM, "visibility": "private"}
    )
    album = answer.headers["Location"].rpartition(".")[2]
    image = new_upload(ann, album, TITLE)
    with app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        files = ["/" + path for path in upload.files]
    return Scenario(app, kind, ann, album, image, files)


def new_upload(ann: Person, album: str, title: str, **fields: str) -> dict[str, str]:
    given = {"visibility": "private", "tags": "stray", "description": "Bluebeard", **fields}
    return ann.uploaded(album_id=album, title=title, **given)


@pytest.fixture(scope="module", params=KINDS)
def scenario(
    request: pytest.FixtureRequest, blank_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scenario]:
    with applications(blank_data, tmp_path_factory.mktemp(request.param)) as make:
        yield build(make(EXPLORE="everyone"), request.param)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "models.share_link.generate_password_hash",
        lambda password, method: generate_password_hash(password, "scrypt:1024:8:1"),
    )


# --- who has what: each makes a link, and gives who asks, its secret and what they are answered

Case = tuple[FlaskClient, str, str]
OPENED, ASKS, ENDED = "opened", "asks", "ended"


def guest(here: Scenario) -> FlaskClient:
    """From a network of its own, as wrong passwords are counted by network."""
    client = here.app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    return client


def enter(client: FlaskClient, token: str, password: str = WORD) -> int:
    return client.post(f"/s/{token}/password", data={"password": password}).status_code


def unlocked(here: Scenario, **wishes: object) -> tuple[FlaskClient, str]:
    client, token = guest(here), here.new_link(password=WORD, **wishes)
    assert enter(client, token) == 303
    assert client.get(f"/s/{token}").status_code == 200
    return client, token


def used_up(here: Scenario) -> tuple[FlaskClient, str]:
    """By the client."""
    client, token = guest(here), here.new_link(max_views=1)
    assert client.post(f"/s/{token}/open").status_code == 303
    return client, token


def with_cookie(here: Scenario, token: str, value: str) -> FlaskClient:
    client = guest(here)
    client.set_cookie("share", value, path=f"/s/{token}")
    return client


def pass_of(client: FlaskClient, token: str) -> str:
    cookie = client.get_cookie("share", path=f"/s/{token}")
    assert cookie
    return cookie.value


def a_link(here: Scenario) -> Case:
    return guest(here), here.new_link(), OPENED


def of_a_member(here: Scenario) -> Case:
    client = guest(here)
    log_in(client, "bob")
    return client, here.new_link(), OPENED


def with_a_password(here: Scenario) -> Case:
    return guest(here), here.new_link(password=WORD), ASKS


def of_an_admin(here: Scenario) -> Case:
    """Who has no way around a password either."""
    client = guest(here)
    log_in(client, "boss")
    return client, here.new_link(password=WORD), ASKS


def of_its_owner(here: Scenario) -> Case:
    return here.ann.client, here.new_link(password=WORD, max_views=0), OPENED


def is_unlocked(here: Scenario) -> Case:
    return *unlocked(here), OPENED


def wrong_password(here: Scenario) -> Case:
    client, token = guest(here), here.new_link(password=WORD)
    assert enter(client, token, "no sesame") == 403
    return client, token, ASKS


def clicked(here: Scenario) -> Case:
    return *used_up(here), OPENED


def not_clicked(here: Scenario) -> Case:
    return guest(here), here.new_link(max_views=99), ASKS


def is_used_up(here: Scenario) -> Case:
    return guest(here), used_up(here)[1], "used up"


def password_and_used_up(here: Scenario) -> Case:
    return guest(here), unlocked(here, max_views=1)[1], "used up"


def is_revoked(here: Scenario) -> Case:
    client, token = unlocked(here)
    here.change(token, revoke_link)
    return client, token, ENDED


def is_expired(here: Scenario) -> Case:
    client, token = unlocked(here)
    ends = utcnow() - timedelta(milliseconds=1)
    here.change(token, lambda link: change_link(link, {"expires_at": ends}))
    return client, token, ENDED


def pass_of_another(here: Scenario) -> Case:
    client, other = unlocked(here)
    token = here.new_link(password="another sesame")
    return with_cookie(here, token, pass_of(client, other)), token, ASKS


def equal_passwords(here: Scenario) -> Case:
    client, other = unlocked(here)
    token = here.new_link(password=WORD)
    return with_cookie(here, token, pass_of(client, other)), token, ASKS


def limits_of_two(here: Scenario) -> Case:
    client, other = used_up(here)
    token = here.new_link(max_views=9)
    return with_cookie(here, token, pass_of(client, other)), token, ASKS


def changed_password(here: Scenario) -> Case:
    client, token = unlocked(here)
    here.change(token, lambda link: change_link(link, {"password": "another sesame"}))
    return client, token, ASKS


def same_password_again(here: Scenario) -> Case:
    """Set once more by the owner, who wants everybody to enter it again."""
    client, token = unlocked(here)
    here.change(token, lambda link: change_link(link, {"password": WORD}))
    return client, token, ASKS


def password_for_a_clicked_one(here: Scenario) -> Case:
    client, token = guest(here), here.new_link(max_views=9)
    client.post(f"/s/{token}/open")
    here.change(token, lambda link: change_link(link, {"password": WORD}))
    return client, token, ASKS


def forged(here: Scenario) -> Case:
    token = here.new_link(password=WORD)
    return with_cookie(here, token, "WyJ4IiwiIl0.aSbZqQ.k2Zr2vC3u4c4sWq5S8s0e1n0w7s"), token, ASKS


def no_link(here: Scenario) -> Case:
    return guest(here), "0" * 22, ENDED


def cut_short(here: Scenario) -> Case:
    return guest(here), here.new_link()[:-1], ENDED


CASES = (
    a_link, of_a_member, with_a_password, of_an_admin, of_its_owner, is_unlocked, wrong_password,
    clicked, not_clicked, is_used_up, password_and_used_up, is_revoked, is_expired, pass_of_another,
    equal_passwords, limits_of_two, changed_password, same_password_again,
    password_for_a_clicked_one, forged, no_link, cut_short,
)  # fmt: skip
LETS_IN = ("POST /s/<token>/open", "POST /s/<token>/password")


def ask(here: Scenario, client: FlaskClient, route: str, token: str) -> TestResponse:
    row, method = ROWS[route], route.partition(" ")[0]
    path = row.path.format(token=token, id=here.named(token))
    return client.open(path, method=method, data=row.data)


def test_every_route_of_share_links_is_here() -> None:
    routes = {
        f"{method} {route.rule}"
        for route in SITE_MAP
        for method in route.methods.split()
        if route.rule.startswith("/s/")
    }
    assert routes == set(ROWS)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_routes_open_to_whom_the_link_lets_in(
    scenario: Scenario, make: Callable[[Scenario], Case]
) -> None:
    client, token, state = make(scenario)
    for route, row in ROWS.items():
        if state != OPENED and state != ENDED and route in LETS_IN:
            continue  # below
        answer, method = ask(scenario, client, route, token), route.partition(" ")[0]
        asks = 410 if state == "used up" and row.asks == 200 else row.asks
        expected = {OPENED: row.opened, ENDED: row.ended}.get(state, asks)
        assert answer.status_code == expected, route
        if row.tells or make is not of_its_owner:  # whose name stands in the header of every page
            assert tells(answer) == (row.tells and state == OPENED), route
        if method == "GET":
            assert "public" not in answer.headers.get("Cache-Control", ""), route
            assert client.head(answer.request.path).status_code == expected, route


def test_a_banned_owner_has_no_links(scenario: Scenario) -> None:
    client, token = unlocked(scenario)
    set_state(scenario, State.BANNED)
    for route, row in ROWS.items():
        answer = ask(scenario, client, route, token)
        assert answer.status_code == row.ended and not tells(answer), route
    set_state(scenario, State.ACTIVE)
    assert client.get(f"/s/{token}").status_code == 200


def set_state(scenario: Scenario, state: State) -> None:
    with scenario.app.app_context():
        existing(User.by_name("ann")).state = state
        db.session.commit()


# --- files


def test_files_open_to_the_same(scenario: Scenario) -> None:
    for make in CASES:
        client, token, state = make(scenario)
        name = scenario.named(token)
        for which in OF_FILES:
            path = f"/s/{token}/file/{name}/{which}"
            answer = client.get(path)
            case = (make.__name__, which)
            assert answer.status_code == (200 if state == OPENED else 404), case
            if answer.status_code == 200:
                assert answer.headers["Cache-Control"] == "private, no-cache"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                assert answer.headers["Referrer-Policy"] == "same-origin"
                etag = {"If-None-Match": answer.headers["ETag"]}
                assert client.get(path, headers=etag).status_code == 304
                part = client.get(path, headers={"Range": "bytes=0-9"})
                assert part.status_code == 206 and part.data == answer.data[:10]
                assert client.head(path).data == b""
        for wrong in ("frame", "original", "or", "", "..", "file/x", "fil\x00e"):
            assert client.get(f"/s/{token}/file/{name}/{wrong}").status_code == 404


def test_its_own_addresses_stay_closed(scenario: Scenario) -> None:
    """Whatever has been opened: those of the file, of the album, of feeds and of the tag."""
    image, client = scenario.image, guest(scenario)
    token = scenario.new_link()
    locked = scenario.new_link(password=WORD)
    assert enter(client, locked) == 303
    assert client.get(f"/s/{token}").status_code == 200
    album, key = scenario.album, scenario.id
    for path in (
        image["path_viewer"], f"/original/{key}", f"/qr/{key}", f"/qr/{key}.svg",
        *scenario.own_files,
        f"/album/{album}", f"/album/{album}/{key}", f"/album/{album}/file/{key}/file",
        f"/album/{album}/feed",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in ("/tag/stray", "/tag/stray/feed", "/user/ann", "/user/ann/feed", "/explore"):
        answer = client.get(path)
        assert TITLE not in answer.text and key not in answer.text, path


def test_no_own_address_stands_on_its_pages(scenario: Scenario) -> None:
    """Nor what it could be made of, not even of a file that others may open, too: it would go on
    when the link has ended.
    """
    image = new_upload(scenario.ann, scenario.album, "Open door", visibility="unlisted")
    token, client = scenario.new_link(), guest(scenario)
    number, names = image["id_encoded"], [scenario.named(token, image["id_encoded"]), ""]
    names[1] = scenario.named(token)
    with scenario.app.app_context():
        upload = existing(Upload.find_any(image["id_encoded"]))
        upload.title = None  # it isn't called by its file name then
        own = [number, scenario.id, upload.name, upload.folder, scenario.album]
        minute = f"{upload.created_at:%H:%M}"
        db.session.commit()
    files = [f"file/{name}/{which}" for name in names for which in ("file?download=1", "thumb")]
    for path in ("", *names, "add", "frame", "frame/files", *files):
        answer = client.get(f"/s/{token}/{path}")
        assert answer.status_code == 200
        body = answer.text if "image" not in str(answer.mimetype) else ""
        text = f"{answer.headers} {body}"
        assert minute not in body, path
        assert not [one for one in own if one in text], path
        assert "/images/" not in text and "/image/" not in text and "/original/" not in text
    take_away(scenario, number)


def take_away(scenario: Scenario, number: str) -> None:
    assert scenario.ann.client.post(f"/manage/{number}/delete").status_code == 303


def test_a_link_opens_its_own_and_no_other(scenario: Scenario) -> None:
    """Neither what its owner has besides, nor what another link opens."""
    beside = scenario.ann.uploaded("alpha.png", visibility="private", title="Beside")
    with scenario.app.app_context():
        user = existing(User.by_name("ann"))
        other = share_files(user, [beside["id_encoded"]], share_token, {})
        others = share_token(other.public_id)
    client, token = guest(scenario), scenario.new_link()
    here, there = (scenario.named(token), scenario.named(others, beside["id_encoded"]))
    assert client.get(f"/s/{others}/file/{there}/file").status_code == 200
    wrong = ((token, scenario.named(token, beside["id_encoded"])), (others, scenario.named(others)))
    for secret, number in (*wrong, (token, there), (others, here), (token, scenario.id)):
        assert client.get(f"/s/{secret}/{number}").status_code == 404
        for which in OF_FILES:
            assert client.get(f"/s/{secret}/file/{number}/{which}").status_code == 404
    assert "Beside" not in client.get(f"/s/{token}").text


# --- what has ended


def expire(here: Scenario, number: str) -> None:
    with here.app.app_context():
        existing(Upload.find_any(number)).expires_at = utcnow() - timedelta(milliseconds=1)
        db.session.commit()


def hide(here: Scenario, number: str) -> None:
    """As a moderator does: it waits for approval."""
    with here.app.app_context():
        existing(Upload.find_any(number)).hide()
        db.session.commit()


def take_out(here: Scenario, number: str) -> None:
    with here.app.app_context():
        upload = existing(Upload.find_any(number))
        if here.kind == "album":
            Album.remove(existing(Album.find_closed(here.album)).id, [upload.id])
        if here.kind == "tag":
            upload.set_tags([])
        db.session.commit()


ENDS = {"expired": expire, "deleted": take_away, "hidden": hide, "taken out": take_out}


@pytest.mark.parametrize("end", ENDS)
def test_what_has_ended_is_under_no_link(scenario: Scenario, end: str) -> None:
    if (end, scenario.kind) == ("taken out", "files"):
        pytest.skip("nothing is taken out of these")
    number = new_upload(scenario.ann, scenario.album, "Shed door")["id_encoded"]
    client, token = guest(scenario), scenario.new_link()
    before, name = client.get(f"/s/{token}").text, scenario.named(token, number)
    assert name in before and "2 files" in before
    ENDS[end](scenario, number)
    after = client.get(f"/s/{token}").text
    assert name not in after and "Shed door" not in after and "2 files" not in after
    assert client.get(f"/s/{token}/{name}").status_code == 404
    for which in OF_FILES:
        assert client.get(f"/s/{token}/file/{name}/{which}").status_code == 404
    if end in ("hidden", "taken out"):
        take_away(scenario, number)


def test_what_could_not_be_cleaned_is_under_no_link(scenario: Scenario) -> None:
    fields = {"album_id": scenario.album, "tags": "stray", "title": "Shed door"}
    image = scenario.ann.uploaded(film_that_stays_private(), "a.mp4", **fields)
    number, client = image["id_encoded"], guest(scenario)
    with scenario.app.app_context():
        assert existing(Upload.find_any(number)).leftovers
    token = scenario.new_link()
    text, name = client.get(f"/s/{token}").text, scenario.named(token, number)
    assert scenario.named(token) in text and name not in text
    for which in ("file", "thumb", "frame"):
        assert client.get(f"/s/{token}/file/{name}/{which}").status_code == 404
    assert client.get(f"/s/{token}/{name}").status_code == 404
    take_away(scenario, number)


def sent_by_link(here: Scenario) -> str:
    """The public id of a file that waits for ann as the owner of a link to her album."""
    with here.app.app_context():
        user = existing(User.by_name("ann"))
        album = existing(Album.find(here.album, Visitor(user)))
        link = share_album(
            user, album, share_token, {"may_add": True, "needs_approval": True}
        ).public_id
        path = f"/s/{share_token(link)}"
    return Guest(here.app, path).sent_id()


def test_what_waits_for_the_owner_of_a_link_is_under_none(scenario: Scenario) -> None:
    """Wherever its owner puts it, until they have approved it."""
    number = sent_by_link(scenario)
    with scenario.app.app_context():
        user, upload = existing(User.by_name("ann")), existing(Upload.find_any(number))
        assert upload.tags == []
        upload.set_tags([existing(Tag.find("stray"))])
        add_to_album(user, existing(Album.find(scenario.album, Visitor(user))), [number])
        way = existing(Contribution.of(upload.id)).link
        assert way is not None
        sent_page = f"/links/{way.public_id}/sent"
    form = {"shown": scenario.album, "album": scenario.album, "name": "Barn"}
    scenario.ann.client.post(f"/manage/{number}/albums", data=form)
    assert "waits for your approval" in scenario.ann.client.get(f"/manage/{number}/albums").text
    token, client = scenario.new_link(), guest(scenario)
    name = scenario.named(token, number)

    def answers() -> list[int]:
        paths = (name, *(f"file/{name}/{which}" for which in OF_FILES))
        return [client.get(f"/s/{token}/{path}").status_code for path in paths]

    text = client.get(f"/s/{token}").text
    assert scenario.named(token) in text and name not in text and "2 files" not in text
    assert answers() == [404] * 5
    assert name not in client.get(f"/s/{token}/frame/files").text
    with zipfile.ZipFile(io.BytesIO(client.get(f"/s/{token}/zip").data)) as archive:
        assert len([one for one in archive.namelist() if one.endswith((".jpg", ".png"))]) == 1
    said = {"answer": "approve", "upload": number}
    assert scenario.ann.client.post(sent_page, data=said).status_code in (200, 303)
    assert name in client.get(f"/s/{token}").text
    assert answers()[:2] == [200, 200]
    take_away(scenario, number)
