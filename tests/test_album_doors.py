"""Every route of albums × every kind of visitor × every kind of album, with a private upload in it:
who may open the album gets the upload by the album's addresses, and nobody gets it by its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints import SITE_MAP
from models import Album, ApiKey, Heart, SecondFactor, Upload, User, Visitor, db, utcnow
from models.role import Role, State
from services.albums import change_album
from tests.conftest import PASSWORD, Person, applications, existing, make_person, sample

WORD, OLD_WORD = "open sesame", "old sesame"
MODERATORS = {"admin", "manager", "opened"}
# Who was named as a member of the album: "sees" may see it, "adds" may add to it; "removed" was
# removed by its owner, "left" has left it.
COMPANY = {"sees": "carl", "adds": "dora"}
NO_MORE = {"removed": "erik", "left": "faye"}
MEMBERS = {"owner", "other", *COMPANY, *NO_MORE} | MODERATORS
# "opened": an admin who opened the album by the button. "elsewhere" has entered the password of
# another album, "before" one that has been changed since; "half" is between the steps of a log-in.
STRANGERS = {
    "guest", "password", "wrong", "elsewhere", "before", "banned", "waiting", "logged out",
    "half",
}  # fmt: skip
REFUSED = {"banned": State.BANNED, "waiting": State.PENDING}
EVERYBODY = MEMBERS | STRANGERS
OPENED_BY = {
    "private": {"owner", "opened", *COMPANY},
    "password": {"owner", "opened", "password", *COMPANY},
    "members": MEMBERS,
    "unlisted": EVERYBODY,
    "public": EVERYBODY,
}
LISTED_TO = {"members": MEMBERS - {"owner"}, "public": EVERYBODY - {"owner"}}
NAME, TITLE = "Harvest quarry", "Rapunzel"
OF_FILES = ("file", "thumb", "medium", "tile")


@dataclass
class Scenario:
    """One site with an album of ann's; its visitors."""

    app: Flask
    visibility: str
    ann: Person
    album: str
    other_album: str
    image: dict[str, str]
    own_files: list[str]
    clients: dict[str, FlaskClient]

    @property
    def page(self) -> str:
        return f"/album/Harvest-quarry.{self.album}"

    @property
    def page_of_upload(self) -> str:
        return f"{self.page}/{self.image['id_encoded']}"

    def file(self, which: str) -> str:
        return f"/album/{self.album}/file/{self.image['id_encoded']}/{which}"


def tells(answer: TestResponse) -> bool:
    text = answer.get_data(as_text=True) if "text" in (answer.mimetype or "") else ""
    return NAME in text or TITLE in text or "Harvest-quarry" in str(answer.headers)


def build(app: Flask, visibility: str) -> Scenario:
    app.config["WTF_CSRF_ENABLED"] = False  # a form's token keeps other sites out, not visitors
    ann = make_person(app, "ann")
    make_person(app, "meg", role=Role.MANAGER)
    for name in ("bob", *REFUSED, *COMPANY.values(), *NO_MORE.values()):
        make_person(app, name)
    for name in ("boss", "chief"):
        make_person(app, name, admin=True)
    log_in(ann.client, "ann")
    album, other_album = (
        new_album(ann, name=name, visibility=level, password=OLD_WORD)
        for name, level in ((NAME, visibility), ("Another", "password"))
    )
    image = ann.uploaded(album_id=album, visibility="private", title=TITLE)
    with app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
        assert upload
        files = ["/" + path for path in upload.files]
    scenario = Scenario(app, visibility, ann, album, other_album, image, files, {})
    scenario.clients = {visitor: client_of(scenario, visitor) for visitor in sorted(EVERYBODY)}
    return scenario


def new_album(person: Person, **fields: str) -> str:
    answer = person.client.post("/albums/new", data={"sort": "taken", **fields})
    assert answer.status_code == 303
    return answer.headers["Location"].rpartition(".")[2]


def log_in(client: FlaskClient, name: str) -> None:
    assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 302


def enter(client: FlaskClient, album: str, password: str) -> int:
    return client.post(f"/album/{album}/password", data={"password": password}).status_code


def client_of(scenario: Scenario, visitor: str) -> FlaskClient:
    client = scenario.app.test_client()
    names = {
        "owner": "ann", "other": "bob", "admin": "boss", "opened": "chief", "banned": "banned",
        "logged out": "ann", "manager": "meg", "waiting": "waiting", **COMPANY, **NO_MORE,
    }  # fmt: skip
    if visitor in names:
        log_in(client, names[visitor])
    if visitor == "half":
        log_in_halfway(scenario.app, client)
    if visitor == "opened":
        assert client.post(f"/album/{scenario.album}/open").status_code == 303
    if visitor in COMPANY or visitor in NO_MORE:
        let_in(scenario, client, visitor)
    if visitor in REFUSED:
        set_state(scenario.app, visitor)
    if visitor == "logged out":
        cookie = client.get_cookie("session")
        assert cookie
        client.post("/logout")
        client.set_cookie("session", cookie.value)
    if scenario.visibility == "password":
        enter_what_it_has(scenario, client, visitor)
    return client


def let_in(scenario: Scenario, client: FlaskClient, visitor: str) -> None:
    """As a member of the album, and out again where that is who they are."""
    owner, name = scenario.ann.client, (COMPANY | NO_MORE)[visitor]
    members = f"/album/{scenario.album}/members"
    right = "see" if visitor == "sees" else "add"
    assert owner.post(members, data={"name": name, "right": right}).status_code == 303
    assert client.get(scenario.page).status_code == 200
    if visitor == "removed":
        gone = owner.post(f"{members}/change", data={"name": name, "do": "remove"})
        assert gone.status_code == 303
    if visitor == "left":
        left = client.post(f"/album/{scenario.album}/leave", follow_redirects=True)
        assert left.status_code == 200 and NAME in left.text  # which is said once


def log_in_halfway(app: Flask, client: FlaskClient) -> None:
    """As the owner, who has a second factor for a moment."""
    with app.app_context():
        owner = User.by_name("ann")
        assert owner
        SecondFactor.turn_on(owner, None)
        db.session.commit()
    answer = client.post("/login", data={"name": "ann", "password": PASSWORD})
    assert answer.headers["Location"] == "/login/second"
    with app.app_context():
        SecondFactor.turn_off(owner)
        db.session.commit()


def enter_what_it_has(scenario: Scenario, client: FlaskClient, visitor: str) -> None:
    if visitor == "before":
        set_password(scenario, OLD_WORD)
        assert enter(client, scenario.album, OLD_WORD) == 303
        assert client.get(scenario.page).status_code == 200
        set_password(scenario, WORD)
        assert enter(client, scenario.album, OLD_WORD) == 403
    if visitor in ("password", "elsewhere"):
        set_password(scenario, WORD)
    if visitor == "password":
        assert enter(client, scenario.album, WORD) == 303
    if visitor == "wrong":
        assert enter(client, scenario.album, "no sesame") == 403
    if visitor == "elsewhere":
        assert enter(client, scenario.other_album, OLD_WORD) == 303


def set_password(scenario: Scenario, password: str) -> None:
    """Of the album; who has entered the one it has goes on only if it isn't changed."""
    with scenario.app.app_context():
        album = Album.find_closed(scenario.album)
        assert album
        if not album.is_opened_by(password):
            change_album(album, {"password": password})


def set_state(app: Flask, name: str) -> None:
    with app.app_context():
        user = User.by_name(name)
        assert user
        user.state = REFUSED[name]
        db.session.commit()


@pytest.fixture(scope="module", params=sorted(OPENED_BY))
def scenario(
    request: pytest.FixtureRequest, blank_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scenario]:
    with applications(blank_data, tmp_path_factory.mktemp(request.param)) as make:
        yield build(make(EXPLORE="everyone"), request.param)


def refusal(scenario: Scenario, visitor: str) -> int:
    """What a page answers: a password is asked for, an admin may say that it shall be opened."""
    asks = scenario.visibility == "password" or visitor in ("admin", "manager")
    return 403 if asks else 404


def test_every_route_of_albums_is_here() -> None:
    rules = {route.rule for route in SITE_MAP if route.rule.startswith("/album")}
    assert rules == {
        "/albums", "/albums/new", "/album/<slug>", "/album/<slug>/<upload_id>",
        "/album/<album_id>/file/<upload_id>/<which>", "/album/<slug>/password",
        "/album/<slug>/feed", "/album/<slug>/zip", "/album/<slug>/open", "/album/<slug>/edit",
        "/album/<slug>/delete",
        "/album/<slug>/arrange", "/album/<slug>/add", "/album/<slug>/<upload_id>/report",
        "/album/<slug>/members", "/album/<slug>/members/change", "/album/<slug>/leave",
        "/album/<slug>/<upload_id>/heart", "/album/<slug>/<upload_id>/remove",
        "/album/<slug>/frame", "/album/<slug>/frame/files",
    }  # fmt: skip


def test_a_feed_has_what_everybody_may_open(scenario: Scenario) -> None:
    """Whoever asks: a program that reads feeds has entered no password."""
    openers, is_open = OPENED_BY[scenario.visibility], scenario.visibility in ("unlisted", "public")
    for visitor, client in scenario.clients.items():
        answer = client.get(f"/album/{scenario.album}/feed")
        closed = 404 if visitor in openers else refusal(scenario, visitor)
        assert answer.status_code == (200 if is_open else closed), visitor
        assert (TITLE in answer.text) is is_open, visitor
        page = client.get(scenario.page).text
        is_for_members = scenario.visibility == "members" and visitor in openers
        by_who_they_are = visitor in ("owner", *COMPANY) or is_for_members
        assert ("/feed/" in page) is (by_who_they_are and not is_open), visitor
        for secret in re.findall(r'href="http://localhost(/feed/[^"]+)"', page):
            told = scenario.clients["guest"].get(secret)
            assert told.status_code == 200 and TITLE in told.text and "<img" not in told.text


def test_who_sees_an_upload_in_it_reports_it(scenario: Scenario) -> None:
    openers = OPENED_BY[scenario.visibility]
    path = f"{scenario.page_of_upload}/report"
    for visitor, client in scenario.clients.items():
        for answer in (client.get(path), client.post(path, data={"reason": "other"})):
            case = (visitor, answer.request.method)
            if visitor == "owner":
                assert answer.status_code == 404, case
            elif visitor in openers:
                assert answer.status_code in (200, 303, 429), case
            else:
                assert answer.status_code == refusal(scenario, visitor), case
                assert not tells(answer), case


def test_whoever_opens_it_and_has_an_account_gives_a_heart(scenario: Scenario) -> None:
    openers = OPENED_BY[scenario.visibility]
    path = f"{scenario.page_of_upload}/heart"
    hearts = 0
    for visitor, client in scenario.clients.items():
        is_logged_in = bool(existing(client.get("/account").get_json())["account"])
        for answer in (client.post(path, data={"heart": "1"}), client.get(path)):
            case = (visitor, answer.request.method)
            if not is_logged_in:
                assert answer.status_code == 302, case
                assert answer.headers["Location"].startswith("/login"), case
            elif visitor in openers:
                assert answer.status_code in (200, 303), case
            else:
                assert answer.status_code == refusal(scenario, visitor), case
                assert not tells(answer) and "count" not in (answer.get_json(silent=True) or {})
        hearts += is_logged_in and visitor in openers
    with scenario.app.app_context():
        upload = existing(Upload.find_any(scenario.image["id_encoded"]))
        givers = {one.id for one in Heart.givers(upload, Visitor(upload.user), 100)}
        assert upload.likes == len(givers) > 0 and len(givers) <= hearts


def test_pages_open_to_those_who_may_open_the_album(scenario: Scenario) -> None:
    openers = OPENED_BY[scenario.visibility]
    for visitor, client in scenario.clients.items():
        for path in (scenario.page, scenario.page_of_upload):
            answer = client.get(path)
            case = (visitor, path)
            if visitor == "owner" and path == scenario.page_of_upload:
                assert answer.status_code == 302, case  # it has its own page
                assert answer.headers["Location"] == scenario.image["path_viewer"]
            elif visitor in openers:
                assert answer.status_code == 200 and TITLE in answer.text, case
                assert client.head(path).status_code == 200, case
            else:
                assert answer.status_code == refusal(scenario, visitor), case
                assert not tells(answer), case
        short = client.get(f"/album/{scenario.album}")  # the name is told by no redirect
        assert (short.status_code == 302) == (visitor in openers)
        assert tells(short) == (visitor in openers)


def test_files_open_to_the_same(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        for which in OF_FILES:
            answer = client.get(scenario.file(which))
            assert answer.status_code == (200 if visitor in OPENED_BY[scenario.visibility] else 404)
            if answer.status_code == 200:
                assert answer.headers["Cache-Control"] == "private, no-cache"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                etag = {"If-None-Match": answer.headers["ETag"]}
                assert client.get(scenario.file(which), headers=etag).status_code == 304
                part = client.get(scenario.file(which), headers={"Range": "bytes=0-9"})
                assert part.status_code == 206 and part.data == answer.data[:10]
                assert client.head(scenario.file(which)).data == b""
        for wrong in ("frame", "original", "or", "", "..", "file/x", "fil\x00e"):
            assert client.get(scenario.file(wrong)).status_code == 404


def test_a_zip_opens_to_the_same(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        answer = client.get(f"/album/{scenario.album}/zip")
        is_open = visitor in OPENED_BY[scenario.visibility]
        assert answer.status_code == (200 if is_open else refusal(scenario, visitor)), visitor
        answer.close()


def test_a_slideshow_opens_to_the_same(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        for path in ("frame", "frame/files"):
            answer = client.get(f"/album/{scenario.album}/{path}")
            is_open = visitor in OPENED_BY[scenario.visibility]
            assert (answer.status_code == 200) == is_open, (visitor, path, answer.status_code)
            assert is_open or not tells(answer), (visitor, path)


def test_its_own_addresses_stay_closed(scenario: Scenario) -> None:
    image = scenario.image
    for visitor, client in scenario.clients.items():
        is_open = visitor == "owner"
        refused = 403 if visitor in MODERATORS else 404
        assert client.get(image["path_viewer"]).status_code == (200 if is_open else refused)
        assert client.get(f"/original/{image['id_encoded']}").status_code == (
            200 if is_open else 404
        )
        for path in scenario.own_files:
            assert client.get(path).status_code == (200 if is_open else 404), (visitor, path)
        if visitor in OPENED_BY[scenario.visibility] - {"owner"}:
            for page in (scenario.page, scenario.page_of_upload):
                text = client.get(page).text
                assert not [path for path in scenario.own_files if path in text]
                assert f"/original/{image['id_encoded']}" not in text


def test_another_album_opens_none_of_it(scenario: Scenario) -> None:
    image, other = scenario.image["id_encoded"], scenario.other_album
    for client in scenario.clients.values():
        assert client.get(f"/album/{other}/file/{image}/file").status_code == 404
        assert client.get(f"/album/Another.{other}/{image}").status_code in (403, 404)


def test_lists_of_albums(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        # whoever has none of their own sees those of others that they are in
        assert tells(client.get("/albums")) == (
            visitor in ("owner", *COMPANY)
            or (visitor in STRANGERS and visitor in LISTED_TO.get(scenario.visibility, ()))
        )
        assert tells(client.get("/albums?of=others")) == (
            visitor in LISTED_TO.get(scenario.visibility, ())
        )
        if visitor not in STRANGERS:
            assert tells(client.get("/albums?of=shared")) == (visitor in COMPANY)


def test_only_its_owner_changes_it(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        for action in ("edit", "delete", "arrange", "members"):
            path = f"/album/{scenario.album}/{action}"
            answers = [client.get(path)]
            if visitor != "owner":
                answers.append(
                    client.post(path, data={"name": "Mine", "with_uploads": "1", "do": "remove"})
                )
            if action == "members" and visitor != "owner":
                carl = {"name": "carl", "do": "remove"}
                answers.append(client.post(f"{path}/change", data=carl))
            for answer in answers:
                expected = 200 if visitor == "owner" else 302 if visitor in STRANGERS else 404
                assert answer.status_code == expected, (visitor, action)
                assert visitor == "owner" or not tells(answer)
    assert scenario.clients["owner"].get(scenario.page).status_code == 200


def test_nobody_puts_a_file_of_another_into_an_album(scenario: Scenario) -> None:
    image, fields = scenario.image["id_encoded"], {"name": "Mine", "sort": "taken"}
    for visitor, client in scenario.clients.items():
        answer = client.post(f"/album/{scenario.album}/add", data={"uploads": image})
        refused = 302 if visitor in STRANGERS else 404
        assert answer.status_code == (303 if visitor in ("owner", "adds") else refused)
        made = client.post("/albums/new", data={**fields, "visibility": "public", "uploads": image})
        assert made.status_code == (302 if visitor in STRANGERS else 303)
        if made.status_code == 303:
            page = client.get(made.headers["Location"]).text
            assert (image in page) == (visitor == "owner")
            client.post(made.headers["Location"] + "/delete")


def test_who_may_add_sends_files_into_it(scenario: Scenario) -> None:
    """By the form of the upload page; the file is theirs."""
    for visitor, client in scenario.clients.items():
        data = {"album_id": scenario.album, "title": "Sent", "visibility": "private"}
        fields = {**data, "source": (io.BytesIO(sample("pixel.png").read_bytes()), "pixel.png")}
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
        headers = {"Accept": "application/json", "X-CSRFToken": token[1] if token else ""}
        answer = client.post("/upload", data=fields, headers=headers)
        is_in = visitor in ("owner", "adds")
        assert (answer.status_code == 200) == is_in, (visitor, answer.text)
        if is_in:
            public_id = existing(answer.json)["image"]["id_encoded"]
            with scenario.app.app_context():
                upload = existing(Upload.find_any(public_id))
                assert existing(upload.user).name == {"owner": "ann", "adds": "dora"}[visitor]
            assert public_id in scenario.clients["sees"].get(scenario.page).text
            client.post(f"/manage/{public_id}/delete")
        chosen = client.get(f"/?album={scenario.album}").text
        assert (f'value="{scenario.album}"' in chosen) == is_in, visitor


def test_only_who_added_it_and_the_owner_take_it_out(scenario: Scenario) -> None:
    dora, album = scenario.clients["adds"], scenario.album
    for remover in ("adds", "owner"):
        with scenario.app.app_context():
            person = Person(scenario.app, "dora", key_of("dora"), dora)
        sent = person.uploaded(album_id=album, visibility="private")["id_encoded"]
        path = f"/album/{album}/{sent}/remove"
        page = scenario.clients["owner"].get(f"{scenario.page}/{sent}").text
        assert path in page and "by dora" in page
        for visitor in sorted(EVERYBODY - {"adds", "owner"}):
            answer = scenario.clients[visitor].post(path)
            is_in = visitor in OPENED_BY[scenario.visibility]
            refused = 404 if is_in else refusal(scenario, visitor)
            assert answer.status_code == (302 if visitor in STRANGERS else refused), visitor
        assert sent in scenario.clients["sees"].get(scenario.page).text
        assert scenario.clients[remover].post(path).status_code == 303
        assert sent not in scenario.clients["sees"].get(scenario.page).text
        assert dora.get(f"/manage/{sent}/edit").status_code == 200  # it is still theirs
        dora.post(f"/manage/{sent}/delete")


def key_of(name: str) -> str:
    _, key = ApiKey.issue(existing(User.by_name(name)), "tests")
    db.session.commit()
    return key


def test_the_company_is_told_who_is_in_it(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        text = client.get(scenario.page).text
        is_told = visitor in ("owner", *COMPANY)
        assert ("With 2 members" in text) == is_told, visitor
        found = re.search(r'<details class="fold company">.*?</details>', text, re.DOTALL)
        told = set(re.findall(r"<strong>(.+?)</strong>", found[0])) if found else set()
        assert told == ({"ann", "carl", "dora"} if is_told else set()), visitor
        assert ("/leave" in text) == (visitor in COMPANY)
        assert ("/members" in text) == (visitor == "owner")


def test_only_who_is_in_it_leaves_it(scenario: Scenario) -> None:
    for visitor, client in scenario.clients.items():
        path = f"/album/{scenario.album}/leave"
        refused = 302 if visitor in STRANGERS else 404
        assert client.get(path).status_code == (200 if visitor in COMPANY else refused), visitor
        if visitor not in COMPANY:
            assert client.post(path).status_code == refused, visitor


def test_only_admins_open_it_by_a_button(scenario: Scenario) -> None:
    for visitor in sorted(EVERYBODY - MODERATORS):
        client = scenario.clients[visitor]
        answer = client.post(f"/album/{scenario.album}/open")
        assert answer.status_code == (302 if visitor in STRANGERS else 404)


@pytest.mark.parametrize("end", ["expired", "deleted", "taken out"])
def test_what_has_ended_is_in_no_album(scenario: Scenario, end: str) -> None:
    image = scenario.ann.uploaded(album_id=scenario.album, visibility="private", title="Shed door")
    number = image["id_encoded"]
    assert number in scenario.clients["owner"].get(scenario.page).text
    END[end](scenario, number)
    for client in scenario.clients.values():
        assert number not in client.get(scenario.page).text
        assert client.get(f"/album/{scenario.album}/file/{number}/file").status_code == 404
        assert client.get(f"{scenario.page}/{number}").status_code in (403, 404)


def expire(scenario: Scenario, number: str) -> None:
    with scenario.app.app_context():
        upload = Upload.find_any(number)
        assert upload
        upload.expires_at = utcnow() - timedelta(milliseconds=1)
        db.session.commit()


def take_out(scenario: Scenario, number: str) -> None:
    with scenario.app.app_context():
        album, upload = Album.find_closed(scenario.album), Upload.find_any(number)
        assert album and upload
        Album.remove(album.id, [upload.id])
        db.session.commit()


def delete(scenario: Scenario, number: str) -> None:
    answer = scenario.clients["owner"].post(f"/manage/{number}/delete")
    assert answer.status_code == 303


END: dict[str, Callable[[Scenario, str], None]] = {
    "expired": expire, "deleted": delete, "taken out": take_out,
}  # fmt: skip
