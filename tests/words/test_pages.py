"""Every page in a language of brackets: a text outside of them isn't marked for translation."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import SITE_MAP
from blueprints.clients.tools import TOOLS
from blueprints.http.language import gettext
from blueprints.http.settings_form import ALL, settings_form
from blueprints.http.settings_groups import GROUPS
from blueprints.http.share_address import share_token
from models import Album, Passkey, SecondFactor, ShareLink, Upload, User, Visitor, db
from models.user import NOBODY
from services.categories import create_category
from services.hearts import give_heart
from services.notices import tell_added, tell_invited, tell_sent
from services.reset import new_reset_link
from services.settings import DECLARED
from services.share_links import LinkWishes, change_link, share_album, share_files
from tests.conftest import (
    PASSWORD,
    Person,
    applications,
    confirm_log_in,
    csrf_token,
    existing,
    log_in,
    make_person,
    sample,
)
from tests.words.pseudo import CLOSE, LANGUAGE, NAMES, OPEN, unmarked, write

SAMPLES = (
    "plain.jpg",
    "clip.mp4",
    "animated.gif",
    "iphone.heic",
    "gps-nikon.jpg",
    "pixel.png",
    "pixel.png",
)
# Routes whose GET is no page.
OTHERS = {
    "/settings/api/try",
    "/portrait/<public_id>", "/logo/<public_id>", "/bin/<public_id>/thumb",
    "/api/1/upload", "/1/upload", "/api", "/api/<old:rest>", "/api/2/upload", "/api/openapi.json",
    "/api/2/uploads", "/api/2/albums",
    "/api/2/albums/<public_id>", "/api/2/tags", "/api/2/tags/<name>",
    "/api/2/uploads/<public_id>", "/images/<path:relative>",
    "/original/<public_id>", "/live/<string(length=8):public_id>.<rest>",
    "/manage/<public_id>/versions/<version_id>/file/<which>",
    "/album/<album_id>/file/<upload_id>/<which>",
    "/s/<token>/file/<upload_id>/<which>",
    "/oembed", "/qr/<public_id>.svg", "/upload", "/sdk/pup.js",
    "/account", "/heart/<public_id>", "/album/<slug>/<upload_id>/heart",
    "/static/<digest>/<path:name>", "/healthz", "/metrics", "/robots.txt", "/check/<token>/seen",
    "/check/<token>/file",
    "/check/<token>/long", "/check/<token>/wait/<int:seconds>",
    "/clip/<public_id>/delete/<token>",
    "/styleguide", "/user/<name>/feed", "/album/<slug>/feed", "/album/<slug>/zip",
    "/s/<token>/zip", "/album/<slug>/frame/files", "/s/<token>/frame/files", "/tag/<name>/feed",
    "/feed/<secret>/<kind>/<name>", "/tags/suggestions", "/search/suggestions",
    "/sitemap.xml", "/sitemap/pages.xml", "/sitemap/<letter>.xml",
}  # fmt: skip
ACTS = (
    "add", "move", "remove", "tags", "category", "visibility", "expiration", "edit", "shift",
    "codes", "bin",
)  # fmt: skip
PAGES = {
    "/image/<slug>": ["/image/{slug}", "/image/nothing"],
    "/clip/<slug>": ["/clip/{slug}", "/clip/nothing"],
    "/video/<slug>": ["/video/{slug}", "/video/nothing"],  # the first is a redirect
    "/image/<public_id>/delete/<token>": ["{delete}", "/image/{id}/delete/" + "0" * 48],
    "/manage/<public_id>/edit": ["/manage/{id}/edit"],
    "/manage/<public_id>/stranger": ["/manage/{id}/stranger"],
    "/manage/<public_id>/albums": ["/manage/{id}/albums", "/manage/{id}/albums?q=nothing"],
    "/manage/<public_id>/delete": ["/manage/{id}/delete"],
    "/manage/<public_id>/versions": ["/manage/{id}/versions"],
    # of versions that there are: test_versions
    "/manage/<public_id>/versions/<version_id>": ["/manage/{id}/versions/nothing"],
    "/manage/<public_id>/versions/<version_id>/delete": ["/manage/{id}/versions/nothing/delete"],
    "/qr/<public_id>": ["/qr/{id}"],
    "/explore": ["/explore", "/explore?before=x"],
    "/search": ["/search", "/search?q=lake", "/search?q=nothing", "/search?words=x"],
    "/tag/<name>": ["/tag/sea"],
    "/categories": ["/categories"],
    "/category/<url_key>": ["/category/trips", "/category/nothing"],
    "/category/<url_key>/edit": ["/category/trips/edit"],
    "/category/<url_key>/delete": ["/category/trips/delete"],
    "/tags": ["/tags", "/tags?after=zzz"],
    "/tag/<name>/edit": ["/tag/sea/edit", "/tag/nothing/edit"],
    "/tag/<name>/delete": ["/tag/sea/delete"],
    "/explore/popular": ["/explore/popular"],
    "/explore/random": ["/explore/random?begin=0"],
    "/explore/videos": ["/explore/videos", "/explore/videos?after=1.1"],
    "/explore/animations": ["/explore/animations"],
    "/people": ["/people"],
    "/user/<name>": ["/user/ann", "/user/nobody"],
    "/mine": ["/mine", "/mine?kind=video", "/mine?after=1.1", "/mine?sort=x"],
    "/bin": ["/bin", "/bin?after=1.1", "/bin?after=x"],
    "/bin/empty": ["/bin/empty"],
    "/changes": ["/changes", "/changes?after=1.1", "/changes?after=x"],
    "/changes/<public_id>": ["/changes/{change}", "/changes/nothing"],
    "/duplicates": ["/duplicates", "/duplicates?after=1", "/duplicates?after=x"],
    "/liked": ["/liked", "/liked?after=1.1"],
    "/select": [
        "/select",
        "/select?act=tags",
        *(f"/select?act={act}&ids={{id}}&album={{album}}" for act in ACTS),
    ],
    "/notifications": ["/notifications", "/notifications?after=1.1"],
    "/albums": ["/albums", "/albums?of=others", "/albums?of=shared", "/albums?of=x"],
    "/albums/new": ["/albums/new"],
    "/album/<slug>": ["/album/{album}", "/album/{locked}", "/album/nothing"],
    "/album/<slug>/<upload_id>": ["/album/{album}/{id}", "/album/{album}/nothing"],
    "/album/<slug>/<upload_id>/report": ["/album/{album}/{id}/report"],  # of one's own
    "/album/<slug>/members": ["/album/{album}/members"],
    "/album/<slug>/leave": ["/album/{album}/leave"],
    "/album/<slug>/frame": ["/album/{album}/frame", "/album/{album}/frame?captions=1&clock=1"],
    "/album/<slug>/edit": ["/album/{album}/edit"],
    "/album/<slug>/arrange": ["/album/{album}/arrange"],
    "/album/<slug>/delete": ["/album/{album}/delete"],
    # one that opens, one that asks first, one that is used up
    "/s/<token>": ["/s/{share}", "/s/{locked_share}", "/s/{counted_share}", "/s/nothing"],
    "/s/<token>/frame": ["/s/{share}/frame", "/s/{locked_share}/frame"],
    "/s/<token>/<upload_id>": ["/s/{share}/{id}", "/s/{share}/nothing"],
    "/links": ["/links", "/links?album={album}", "/links?before=1", "/links?album=nothing"],
    "/links/new": ["/links/new?album={album}", "/links/new?uploads={id}", "/links/new?tag=sea"],
    "/links/<public_id>": ["/links/{link}", "/links/nothing"],
    **{
        f"/links/<public_id>/{what}": [f"/links/{{link}}/{what}"]
        for what in ("print", "edit", "delete")
    },
    "/": ["/"],
    "/upload/form": ["/upload/form"],
    "/links/<public_id>/sent": ["/links/{link}/sent", "/links/nothing/sent"],
    "/s/<token>/add": ["/s/x/add"],  # of links that work: test_sending_by_a_link
    "/s/<token>/add/<upload_id>/take-back": ["/s/x/add/{id}/take-back"],
    "/upload/popup": ["/upload/popup"],
    "/setup/<token>": ["/setup/x"],
    "/login": ["/login"],
    "/admin/review/reports": ["/admin/review/reports"],
    "/manage/<public_id>/report": ["/manage/{id}/report"],  # of one's own: no such page
    "/admin/review": ["/admin/review", "/admin/review?after=x"],
    "/admin/people": ["/admin/people", "/admin/people?q=x&after=bob"],
    "/admin/people/<name>": ["/admin/people/ann", "/admin/people/nobody"],
    **{
        f"/admin/people/<name>/{what}": [f"/admin/people/ann/{what}"]  # redirects: see below
        for what in ("role", "reset-link", "reset-factors", "disconnect", "ban", "delete")
    },
    "/login/openid": ["/login/openid"],
    "/login/openid/callback": ["/login/openid/callback"],
    "/settings/openid": ["/settings/openid"],
    "/reset/<token>": ["/reset/x"],
    "/forgot": ["/forgot"],
    "/admin/invitations": ["/admin/invitations"],
    "/admin/check": ["/admin/check"],
    "/admin/settings": ["/admin/settings"],
    "/admin/settings/<group>": [f"/admin/settings/{group}" for group in GROUPS],
    "/admin": ["/admin", "/admin?days=90"],
    "/admin/backup": ["/admin/backup"],
    "/admin/health": ["/admin/health"],
    "/admin/jobs": ["/admin/jobs", "/admin/jobs?failed=7&after=7.7"],
    "/admin/log": ["/admin/log", "/admin/log?by=boss&act=ban", "/admin/log?before=1"],
    "/join/<token>": ["/join/x"],
    "/sign-up": ["/sign-up"],
    "/settings/phone": ["/settings/phone"],
    "/email/<token>": ["/email/x"],
    "/settings/email": ["/settings/email"],
    "/settings": ["/settings"],
    "/login/second": ["/login/second"],  # a redirect; test_the_second_factor has the page
    "/settings/data": ["/settings/data"],
    "/settings/data/give": ["/settings/data/give"],
    "/settings/data/delete": ["/settings/data/delete"],
    "/settings/uploads": ["/settings/uploads"],
    "/settings/security": ["/settings/security"],
    "/settings/second-factor": ["/settings/second-factor"],  # a redirect; its page is below
    "/settings/confirm": ["/settings/confirm"],
    "/settings/passkeys/new": ["/settings/passkeys/new"],
    "/settings/passkeys/<public_id>/remove": ["/settings/passkeys/x/remove"],
    "/settings/codes": ["/settings/codes"],
    "/settings/codes/off": ["/settings/codes/off"],
    "/settings/api": ["/settings/api"],
    "/settings/api/<public_id>/edit": ["/settings/api/{key}/edit"],
    "/settings/api/<public_id>/revoke": ["/settings/api/{key}/revoke", "/settings/api/x/revoke"],
    "/settings/uploaders": ["/settings/uploaders"],
    "/settings/uploaders/<slug>": [f"/settings/uploaders/{slug}" for slug in TOOLS],
    "/settings/trial/<public_id>": ["/settings/trial/{key}"],
}


@pytest.fixture(scope="module")
def app(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("words")
    with applications(blank_data, folder) as make:
        yield make(**language(folder), EXPLORE="everyone", GUEST_UPLOADS=True)


def language(folder: Path) -> dict[str, str]:
    where = write(folder / "translations")
    return {"BABEL_DEFAULT_LOCALE": LANGUAGE, "BABEL_TRANSLATION_DIRECTORIES": str(where)}


@pytest.fixture(scope="module")
def ann(app: Flask) -> Person:
    ann = make_person(app, admin=True)
    log_in(ann.client)
    return ann


@pytest.fixture(scope="module")
def albums(ann: Person) -> dict[str, str]:
    """One that is public, one with a password: how they are called in addresses; and share links to
    the first.
    """
    names = {
        name: new_album(ann, visibility) for name, visibility in
        (("album", "public"), ("locked", "password"))
    }  # fmt: skip
    return {**names, **new_shares(ann, names["album"])}


def new_shares(person: Person, album: str) -> dict[str, str]:
    """The secrets of three links to this album: one opens at once, one with a password, one is used
    up.
    """
    wishes: dict[str, LinkWishes] = {
        "share": {}, "locked_share": {"password": "lake lake"}, "counted_share": {"max_views": 0},
    }  # fmt: skip
    with person.app.app_context():
        user = existing(User.by_name(person.name))
        shared = existing(Album.find(album.rpartition(".")[2], Visitor(user)))
        links = {
            name: share_album(user, shared, share_token, some) for name, some in wishes.items()
        }
        return {name: share_token(link.public_id) for name, link in links.items()}


def new_album(person: Person, visibility: str) -> str:
    form = {"name": "Lake", "visibility": visibility, "password": "lake lake", "sort": "taken"}
    token = csrf_token(person.client.get("/albums/new").text)
    answer = person.client.post("/albums/new", data={"csrf_token": token, **form})
    return answer.headers["Location"].rpartition("/")[2]


def new_link(person: Person, **of: str) -> str:
    """A share link; its public id."""
    token = csrf_token(person.client.get("/login", follow_redirects=True).text)
    form = {"csrf_token": token, "download": "file", "password_is": "keep", "max_views": "3", **of}
    answer = person.client.post(
        "/links/new", data={**form, "may_add": "1", "password": "lake lake"}
    )
    return answer.headers["Location"].rpartition("/")[2]


def new_change(person: Person, *ids: str) -> str:
    """These are tagged, and one that isn't there; its public id."""
    token = csrf_token(person.client.get("/login", follow_redirects=True).text)
    form = {"csrf_token": token, "ids": ",".join([*ids, "Lake"]), "add": "lake"}
    answer = person.client.post("/select/tags", data=form, headers={"Accept": "application/json"})
    public_id: str = answer.get_json()["change"]
    return public_id


@pytest.fixture(scope="module")
def links(ann: Person, albums: dict[str, str]) -> dict[str, str]:
    """How a share link is called in addresses."""
    return {"link": new_link(ann, album=albums["album"]), "change": new_change(ann)}


@pytest.fixture(scope="module")
def images(ann: Person, albums: dict[str, str]) -> list[dict[str, Any]]:
    options = [
        {}, {"visibility": "private"}, {"visibility": "members"}, {"expiration": "P1D"},
        {"nsfw": "1"}, {"visibility": "public"}, {"expiration": "unused:P90D"},
    ]  # fmt: skip
    with ann.app.app_context():
        category_id = str(create_category("Trips", "Boats").id)
    return [
        ann.uploaded(
            name,
            title="Lake",
            tags="sea",
            category_id=category_id,
            album_id=albums["album"].rpartition(".")[2],
            **fields,
        )
        for name, fields in zip(SAMPLES, options, strict=True)
    ]


def marked(client: FlaskClient, *paths: str, **given: Any) -> None:
    """Whether each page has nothing but texts that are marked."""
    for path in paths:
        answer = client.open(path, headers={"Accept": "text/html"}, **given)
        if answer.status_code < 300 or answer.status_code >= 400:
            assert answer.mimetype == "text/html", (path, answer.mimetype)
            assert OPEN in answer.text, path
            assert list(unmarked(answer.text, NAMES)) == [], path


def test_every_route_is_a_page_or_known_as_none() -> None:
    routes = {route.rule for route in SITE_MAP if "GET" in route.methods.split()}
    assert routes - OTHERS == set(PAGES)


@pytest.mark.parametrize("rule", PAGES)
def test_pages(
    rule: str,
    app: Flask,
    ann: Person,
    albums: dict[str, str],
    links: dict[str, str],
    images: list[dict[str, Any]],
) -> None:
    key = re.search("/settings/trial/([^\"']+)", configured(ann, "sharex"))
    assert key
    stranger = app.test_client()
    reached: set[str] = set()
    for image in images:
        values = {
            **albums, **links, "id": image["id_encoded"], "key": key[1],
            "slug": image["path_viewer"].rpartition("/")[2],
            "delete": image["delete_url"].partition("localhost")[2],
        }  # fmt: skip
        paths = [path.format(**values) for path in PAGES[rule]]
        reached |= {rule_of(app, path) for path in paths}
        for path in paths:
            marked(ann.client, path)
            marked(stranger, path)
        if not any("{" in path for path in PAGES[rule]):
            break
    assert rule in reached, "another route was visited"


def rule_of(app: Flask, path: str) -> str:
    matched = app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
    return str(matched[0].rule)


def configured(ann: Person, slug: str) -> str:
    page = f"/settings/uploaders/{slug}"
    form = {"csrf_token": csrf_token(ann.client.get("/login", follow_redirects=True).text)}
    return ann.client.post(page, data={**form, "link": "url"}, follow_redirects=True).text


@pytest.mark.parametrize("slug", TOOLS)
def test_configurations(slug: str, ann: Person) -> None:
    page = configured(ann, slug)
    assert OPEN in page and list(unmarked(page, NAMES)) == []


def test_versions(ann: Person) -> None:
    """The pages of a file that was replaced, and what they answer to a bad one."""
    page = f"/manage/{ann.uploaded('plain.jpg', title='Lake')['id_encoded']}"
    token = {"csrf_token": csrf_token(ann.client.get(f"{page}/versions").text)}
    for name in ("gps-nikon.jpg", "clip.mp4", "gps-nikon.jpg"):
        with sample(name).open("rb") as source:
            form = {**token, "source": (source, name)}
            marked(ann.client, f"{page}/replace", method="POST", data=form)
    listed = ann.client.get(f"{page}/versions").text
    marked(ann.client, f"{page}/versions")
    version = re.search(r"/versions/([A-Za-z0-9]{8})", listed)
    assert version
    marked(ann.client, f"{page}/versions/{version[1]}", f"{page}/versions/{version[1]}/delete")


def test_answers_to_forms(app: Flask, ann: Person, images: list[dict[str, Any]]) -> None:
    token = {"csrf_token": csrf_token(ann.client.get("/").text)}
    stranger = app.test_client()
    theirs = {"csrf_token": csrf_token(stranger.get("/login").text)}
    post = {"method": "POST"}
    marked(stranger, "/login", **post, data={**theirs, "name": "ann", "password": "wrong"})
    marked(stranger, "/login", **post, data={**theirs, "name": "", "password": "x" * 999})
    marked(stranger, "/login", **post, data={"csrf_token": "x"})
    marked(ann.client, "/settings/api", **post, data={**token, "label": ""})
    ann.client.post("/settings/api", data={**token, "label": "ann"})
    marked(ann.client, "/settings/api")  # with the new key
    files = [sample(name).open("rb") for name in ("plain.jpg", "text-as.jpg", "clip.mp4")]
    marked(ann.client, "/upload", **post, data={**token, "source": files})
    marked(ann.client, "/upload", **post, data={**token, "width": "x", "source": b"x"})
    marked(ann.client, "/upload", **post, data={"csrf_token": "x"})
    marked(ann.client, "/explore", method="DELETE")
    marked(ann.client, "/login", **post, data={"x": "x" * 2_000_000})
    marked(ann.client, "/settings/uploaders/sharex", **post, data={**token, "link": "x"})
    edited = f"/manage/{images[0]['id_encoded']}"
    marked(ann.client, f"{edited}/edit", **post, data={**token, "expiration": "x"})
    for path in (f"{edited}/edit", f"{edited}/delete-link", f"{edited}/delete"):
        ann.client.post(path, data=token)
        marked(ann.client, images[0]["path_viewer"], "/")  # with what is said once


def test_a_new_password_by_a_link(app: Flask, ann: Person) -> None:
    make_person(app, "forgetful")
    with app.app_context():
        path = f"/reset/{new_reset_link(existing(User.by_name('forgetful')), 'ann')}"
    client = app.test_client()
    marked(client, path)
    form = {"csrf_token": csrf_token(client.get(path).text), "password": "password1"}
    marked(client, path, method="POST", data={**form, "again": "password1"})


def test_the_second_factor(app: Flask) -> None:
    dora = make_person(app, "dora")
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}  # where guesses are counted apart
    dora.client.environ_base.update(elsewhere)
    log_in(dora.client, "dora")
    token = {"csrf_token": csrf_token(dora.client.get("/settings/confirm").text)}
    post = {"method": "POST"}
    marked(dora.client, "/settings/confirm", **post, data={**token, "password": "wrong"})
    dora.client.post("/settings/confirm", data={**token, "password": PASSWORD})
    marked(dora.client, "/settings/codes")
    marked(dora.client, "/settings/codes", **post, data={**token, "code": "x"})
    marked(dora.client, "/settings/passkeys/new", "/settings/passkeys/x/remove")
    marked(dora.client, "/settings/passkeys/new", **post, data={**token, "name": "x"})
    with app.app_context():
        user = existing(User.by_name("dora"))
        Passkey.add(user, "dora", b"x", "x", b"x", 0)
        db.session.commit()
        path = f"/settings/passkeys/{Passkey.of(user)[0].public_id}/remove"
        marked(dora.client, "/settings/security", path)
        SecondFactor.turn_on(user, "sealed")
        db.session.commit()
    marked(dora.client, "/settings/security", "/settings/confirm", "/settings/codes/off")
    marked(dora.client, "/settings/recovery-codes", **post, data=token)
    marked(dora.client, "/settings/security")  # with codes that are left
    wrong = {**token, "password": PASSWORD, "code": "x"}
    marked(dora.client, "/settings/confirm", **post, data=wrong)
    client = app.test_client()
    client.environ_base.update(elsewhere)
    log_in(client, "dora")
    marked(client, "/login/second")
    theirs = {"csrf_token": csrf_token(client.get("/login/second").text)}
    marked(client, "/login/second", **post, data={**theirs, "code": "123456"})
    marked(client, "/login/second", **post, data={**theirs, "recovery": "x"})


def test_signing_up(blank_data: Path, tmp_path: Path) -> None:
    with applications(blank_data, tmp_path) as make:
        app = make(**language(tmp_path), SIGN_UP="approval")
        boss, client = make_person(app, "boss", admin=True), app.test_client()
        log_in(boss.client, "boss")
        marked(client, "/sign-up", "/login")
        form = {"csrf_token": csrf_token(client.get("/sign-up").text), "name": "boss"}
        form |= {"password": PASSWORD, "again": PASSWORD}
        marked(client, "/sign-up", method="POST", data={**form, "again": "x"})
        marked(client, "/sign-up", method="POST", data=form)
        client.post("/sign-up", data={**form, "name": "ann"})
        marked(client, "/login")  # with what is said once
        marked(client, "/login", method="POST", data={**form, "name": "ann"})
        marked(boss.client, "/admin/people", "/admin/people/ann")
        confirm_log_in(boss.client)
        for what in ("role", "reset-link", "reset-factors", "disconnect", "ban", "delete"):
            marked(boss.client, f"/admin/people/ann/{what}")
        make_person(app, "dora")
        for what in ("role", "reset-link", "reset-factors", "disconnect", "ban", "delete"):
            marked(boss.client, f"/admin/people/dora/{what}")
        token = {"csrf_token": csrf_token(boss.client.get("/admin/people").text)}
        path = "/admin/people/dora/delete"
        marked(boss.client, path, method="POST", data={**token, "name": "ann"})
        marked(boss.client, path, method="POST", data={**token, "name": "dora", "taker": "ann"})


def test_an_invitation(app: Flask, ann: Person) -> None:
    page = "/admin/invitations"
    token = {"csrf_token": csrf_token(ann.client.get(page).text)}
    confirm_log_in(ann.client)
    marked(ann.client, page, method="POST", data={**token, "uses": "0"})
    ann.client.post(f"{page}/allow", data=token)
    form = {**token, "note": "ann", "role": "manager", "days": "7", "uses": "2"}
    ann.client.post(page, data=form)
    link = re.search(r"http://localhost(/join/\w+)", ann.client.get(page).text)
    assert link
    stranger = app.test_client()
    marked(stranger, link[1])
    theirs = {"csrf_token": csrf_token(stranger.get(link[1]).text), "name": "ann"}
    marked(stranger, link[1], method="POST", data=theirs)
    marked(ann.client, link[1], page)


def test_sending_by_a_link(app: Flask, ann: Person) -> None:
    with app.app_context():
        owner = existing(User.by_name("ann"))
        album = Album.create(owner, "Lake")
        db.session.flush()
        limits: LinkWishes = {"may_add": True, "max_files": 4, "max_mb": 9}
        link = share_album(owner, album, share_token, limits)
        path, link_id = f"/s/{share_token(link.public_id)}/add", link.id
        public_id = link.public_id
    guest = app.test_client()
    form = {"csrf_token": csrf_token(guest.get(path).text)}
    marked(guest, path, method="POST", data={**form, "sender": ""})
    files = [
        (sample(name).open("rb"), "Lake.jpg") for name in ("plain.jpg", "text-as.jpg", "pixel.png")
    ]
    marked(guest, path, method="POST", data={**form, "sender": "ann", "source": files})
    with app.app_context():
        change_link(existing(db.session.get(ShareLink, link_id)), {"needs_approval": True})
    source = (sample("plain.jpg").open("rb"), "Lake.jpg")
    marked(guest, path, method="POST", data={**form, "sender": "ann", "source": source})
    sent = re.search(r"/add/(\w+)/take-back", guest.get(path).text)
    assert sent
    marked(guest, path, f"{path}/{sent[1]}/take-back")
    owners = f"/links/{public_id}/sent"
    marked(ann.client, owners)
    answer = {"csrf_token": csrf_token(ann.client.get(owners).text), "upload": sent[1]}
    for said in ({"answer": "refuse"}, {"answer": "approve"}, {"answer": "approve"}):
        marked(ann.client, owners, method="POST", data={**answer, **said})
    with app.app_context():
        change_link(existing(db.session.get(ShareLink, link_id)), {"may_add": False})
    marked(guest, path)
    marked(app.test_client(), path)


def test_without_a_password(app: Flask) -> None:
    dora = make_person(app, "keepsake")
    dora.client.environ_base["REMOTE_ADDR"] = "192.0.2.2"
    log_in(dora.client, "keepsake")
    with app.app_context():
        user = existing(User.by_name("keepsake"))
        user.password_hash = NOBODY
        db.session.commit()
    marked(dora.client, "/settings/security", "/settings/confirm")
    with app.app_context():
        Passkey.add(existing(User.by_name("keepsake")), "tests", b"x", "only", b"x", 0)
        db.session.commit()
        key = Passkey.of(existing(User.by_name("keepsake")))[0].public_id
    marked(dora.client, "/settings/confirm")
    with dora.client.session_transaction() as session:
        session["confirmed"] = int(time.time())
    marked(dora.client, "/settings/security")
    token = {"csrf_token": csrf_token(dora.client.get("/settings/security").text)}
    marked(dora.client, f"/settings/passkeys/{key}/remove", method="POST", data=token)


def test_a_second_factor_that_is_required(blank_data: Path, tmp_path: Path) -> None:
    with applications(blank_data, tmp_path) as make:
        app = make(**language(tmp_path), REQUIRE_SECOND_FACTOR="everyone")
        boss, ann = make_person(app, "boss", admin=True), make_person(app)
        log_in(ann.client)
        marked(ann.client, "/settings/second-factor")
        with app.app_context():
            for name in ("ann", "boss"):
                SecondFactor.turn_on(existing(User.by_name(name)), "sealed")
            Passkey.add(existing(User.by_name("ann")), "tests", b"x", "x", b"x", 0)
            db.session.commit()
        marked(ann.client, "/settings/security")
        with app.app_context():
            SecondFactor.turn_off(existing(User.by_name("boss")))
            db.session.commit()
        log_in(boss.client, "boss")
        with app.app_context():
            SecondFactor.turn_on(existing(User.by_name("boss")), "sealed")
            db.session.commit()
        confirm_log_in(boss.client)
        marked(boss.client, "/admin/people/ann")
        token = csrf_token(boss.client.get("/admin/people/ann").text)
        boss.client.post("/admin/people/ann/reset-factors", data={"csrf_token": token})
        marked(boss.client, "/admin/people/ann")


def test_what_admins_are_told(app: Flask, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="private")
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    marked(boss.client, image["path_viewer"])
    token = {"csrf_token": csrf_token(boss.client.get(image["path_viewer"]).text)}
    boss.client.post(f"/manage/{image['id_encoded']}/open", data=token)
    marked(boss.client, image["path_viewer"])
    marked(ann.client, image["path_viewer"])  # what its owner is told


def test_what_members_are_told(app: Flask, ann: Person) -> None:
    """With the bell, in the list, in the feed and about hearts."""
    make_person(app, "dolly")
    image = ann.uploaded("pixel.png", visibility="public", title="Lake")
    with app.app_context():
        owner, giver = existing(User.by_name("ann")), existing(User.by_name("dolly"))
        album = Album.create(owner, "Trips", "public")
        db.session.flush()
        upload = existing(Upload.find_any(image["id_encoded"]))
        Album.append(album.id, [upload.id])
        tell_added(album, giver, [upload.id])
        tell_invited(album, owner, giver)
        give_heart(upload, giver)
        links = (share_album(owner, album, str, {}), share_files(owner, [], str, {}))
        for link in links:
            tell_sent(link, "dolly", [upload.id, upload.id], waits=True)
        path = f"/album/{album.public_id}?sort=added"
        db.session.commit()
    marked(ann.client, "/notifications", "/albums", path, image["path_viewer"])
    marked(app.test_client(), image["path_viewer"])
    page = ann.client.get("/notifications").text
    feed = ann.client.get(re.findall(r'href="http://localhost(/feed/[^"]+)"', page)[0]).text
    titles = re.findall("<title>([^<]+)</title>", feed)
    assert len(titles) >= 6 and all(OPEN in one for one in titles)
    hearts = ann.client.get(f"/heart/{image['id_encoded']}").get_json()
    assert existing(hearts)["said"].startswith(OPEN)


def test_the_first_account(blank_data: Path, tmp_path: Path) -> None:
    with applications(blank_data, tmp_path) as make:
        app = make(**language(tmp_path))
        with app.app_context():
            from services.accounts import new_setup_token

            path = f"/setup/{new_setup_token()}"
        client = app.test_client()
        marked(client, "/", path, "/settings/api")
        form = {"csrf_token": csrf_token(client.get(path).text)}
        for name, password in (("", ""), ("a b", "x" * 9), ("ann", "short"), ("ann", "x" * 9)):
            marked(client, path, method="POST", data={**form, "name": name, "password": password})


def test_labels_of_settings(app: Flask) -> None:
    with app.test_request_context():
        form = settings_form()()
        for name in map(str.lower, ALL):
            for text in (form[name].label.text, gettext(DECLARED[name.upper()].help)):
                assert str(text).startswith(OPEN) and str(text).endswith(CLOSE), name


@pytest.mark.parametrize(
    "page",
    [
        "<p>Hello</p>",
        f"<p>{OPEN}Hello {CLOSE}world</p>",
        '<img alt="A lake">',
        '<a title="Open"></a>',
        '<input type="submit" value="Send">',
        f"<p>{OPEN}All <b>of</b> this{CLOSE}</p><p>there</p>",
    ],
)
def test_what_is_not_marked_is_found(page: str) -> None:
    assert list(unmarked(page, set()))
    assert not list(unmarked(f"<p>{OPEN}All <b>of</b> this{CLOSE} 3.5 MB</p>", set()))
