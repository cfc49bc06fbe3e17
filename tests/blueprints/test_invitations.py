"""Accounts by invitation."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Invitation, User, db, utcnow
from models.account_faults import NameTaken
from models.role import Role, State
from services.invitations import accept, invite
from services.reset import LinkEnded
from services.settings import Settings, change
from tests.conftest import (
    PASSWORD,
    Person,
    confirm_log_in,
    csrf_token,
    existing,
    log_in,
    make_person,
)

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PAGE = "/admin/invitations"
DAY = timedelta(days=1)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(SIGN_UP="invitation")


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    confirm_log_in(boss.client)
    return boss


def post(client: FlaskClient, path: str, page: str = PAGE, **fields: str) -> Any:
    token = csrf_token(client.get(page).text)
    return client.post(path, data={"csrf_token": token, **fields})


def link_by(client: FlaskClient, **fields: str) -> str:
    form = {"role": "user", "days": "7", "uses": "1", **fields}
    assert post(client, PAGE, **form).status_code == 303
    found = re.search(r"http://localhost(/join/\w{43})", client.get(PAGE).text)
    assert found
    return found[1]


def link_of(app: Flask, **terms: Any) -> str:
    with app.app_context():
        return "/join/" + invite(None, **{"lasts": DAY, **terms})


def join(app: Flask, link: str, name: str = "bob", **fields: str) -> Any:
    client = app.test_client()
    page = client.get(link)
    if page.status_code != 200:
        return page
    form = {"name": name, "password": PASSWORD, "again": PASSWORD, **fields}
    answer: Any = client.post(link, data={"csrf_token": csrf_token(page.text), **form})
    answer.client = client
    return answer


def test_from_a_link_to_a_connected_phone(app: Flask, boss: Person) -> None:
    link = link_by(boss.client, note="Grandma", role="manager")
    assert "/join/" not in boss.client.get(PAGE).text  # it was shown once
    answer = join(app, link)
    assert answer.status_code == 303 and answer.location == "/settings/phone"
    page = answer.client.get("/settings/phone").text
    assert "Log out bob" in page and "Your account is ready" in page
    assert "Upload your first photos" in page and "Connect this" not in page  # it is no phone
    fields = {"link": "url", "album_id": "", "expiration": "", "visibility": ""}
    for slug in ("iphone", "android"):
        shown = post(answer.client, f"/settings/uploaders/{slug}", "/settings/phone", **fields)
        if shown.status_code == 303:
            shown = answer.client.get(shown.location)
        key = re.search(r"chv_\w{6}_\w{128}", shown.text)
        assert key, slug
        assert Person(app, "bob", key[0], answer.client).upload().status_code == 200
    with app.app_context():
        assert existing(User.by_name("bob")).role == Role.MANAGER
    listed = boss.client.get(PAGE).text
    assert "Grandma" in listed and ">bob</a>" in listed and "Used" in listed
    assert join(app, link, "eve").status_code == 404


AGENTS = [
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari", "iPhone"),
    ("Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) Safari", "iPhone"),
    ("Mozilla/5.0 (Linux; Android 15) Chrome Mobile Safari", "Android"),
]


@pytest.mark.parametrize(("agent", "phone"), AGENTS)
def test_the_first_upload_comes_before_connecting_the_phone_that_asks(
    agent: str, phone: str, boss: Person
) -> None:
    page = boss.client.get("/settings/phone", headers={"User-Agent": agent}).text
    connect = page.index(f"Connect this {phone}")
    assert page.index("Upload your first photos") < connect and page.count("Connect this") == 1


def test_a_link_for_a_phone_works_there(app: Flask, boss: Person) -> None:
    warning = "works on this computer only"
    for base, is_warned in (("http://localhost", True), ("http://192.168.1.5:8000", False)):
        client = app.test_client()
        token = csrf_token(client.get("/login", base_url=base).text)
        form = {"csrf_token": token, "name": "boss", "password": PASSWORD}
        client.post("/login", base_url=base, data=form)
        assert (warning in client.get(PAGE, base_url=base).text) == is_warned


def test_links_end(app: Flask, boss: Person) -> None:
    used, expired, revoked = (link_of(app) for _ in range(3))
    assert join(app, used).status_code == 303
    with app.app_context():
        rows = list(db.session.scalars(db.select(Invitation).order_by(Invitation.id)))
        rows[1].expires_at = utcnow()
        db.session.commit()
        path = f"{PAGE}/{rows[2].public_id}/revoke"
    assert post(boss.client, path).status_code == 303
    assert post(boss.client, path).status_code == 404
    pages = [app.test_client().get(link) for link in (used, expired, revoked, "/join/" + "x" * 43)]
    assert {page.status_code for page in pages} == {404}
    assert len({len(page.get_data()) for page in pages}) == 1
    with app.app_context():
        assert User.by_name("eve") is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "boss"}, "This name is taken."), ({"name": "a b"}, "Start with a letter"),
        ({"password": "password1", "again": "password1"}, "one of the most common"),
        ({"again": "x"}, "Passwords do not match."),
    ],
)  # fmt: skip
def test_a_bad_form_uses_nothing(
    fields: dict[str, str], message: str, app: Flask, boss: Person
) -> None:
    link = link_of(app)
    answer = join(app, link, **fields)
    assert answer.status_code == 400 and message in answer.text
    assert join(app, link).status_code == 303


def test_a_look_uses_nothing(app: Flask) -> None:
    link = link_of(app)
    for method in ("GET", "HEAD", "GET"):
        page = app.test_client().open(link, method=method)
        assert page.status_code == 200 and page.headers["Referrer-Policy"] == "strict-origin"
    assert join(app, link).status_code == 303


def test_nobody_joins_where_sign_up_is_off(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    link = link_of(app)
    assert join(app, link).status_code == 404
    assert "switched off" in boss.client.get(PAGE).text
    assert post(boss.client, f"{PAGE}/allow").status_code == 303
    assert "switched off" not in boss.client.get(PAGE).text
    assert join(app, link).status_code == 303


def test_members_invite_members_where_they_may(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_UP="invitation", MEMBERS_INVITE=True)
    ann = make_person(app)
    log_in(ann.client)
    link_of(app, note="Somebody else's")
    link_by(ann.client, note="Mine")
    listed = ann.client.get(PAGE).text
    assert (
        "Mine" in listed
        and "Somebody else" not in listed
        and "Manager" not in listed
        and "/admin/people" not in listed
    )
    form = {"days": "7", "uses": "1"}
    assert post(ann.client, PAGE, role="admin", **form).status_code == 400
    assert post(ann.client, PAGE, role="manager", **form).status_code == 400
    assert post(ann.client, f"{PAGE}/allow").status_code == 404
    with app.app_context():
        others = db.session.scalars(db.select(Invitation).order_by(Invitation.id)).first()
        path = f"{PAGE}/{existing(others).public_id}/revoke"
    assert post(ann.client, path).status_code == 404


def test_an_invitation_ends_with_the_right_to_make_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_UP="invitation", MEMBERS_INVITE=True)
    for name, is_admin in (("boss", True), ("chief", True), ("ann", False)):
        make_person(app, name, admin=is_admin)
    links = {}
    for name, role in (("boss", "admin"), ("chief", "manager"), ("ann", "user")):
        client = app.test_client()
        log_in(client, name)
        confirm_log_in(client)
        links[name] = link_by(client, role=role)
    assert {app.test_client().get(link).status_code for link in links.values()} == {200}
    with app.app_context():
        existing(User.by_name("boss")).state = State.BANNED
        existing(User.by_name("chief")).role = Role.USER
        change(app.extensions["keepsake"].store, {"MEMBERS_INVITE": False})
        db.session.commit()
    for link in links.values():
        assert app.test_client().get(link).status_code == 404
    third = make_person(app, "third", admin=True)
    log_in(third.client, "third")
    page = third.client.get(PAGE).text
    assert page.count("No longer works") == 3 and "until" not in page.partition("Latest")[2]
    with app.app_context():
        existing(User.by_name("boss")).state = State.ACTIVE
        db.session.commit()
    assert join(app, links["boss"]).status_code == 303
    with app.app_context():
        db.session.delete(existing(User.by_name("ann")))
        change(app.extensions["keepsake"].store, {"MEMBERS_INVITE": True})
        db.session.commit()
    assert app.test_client().get(links["ann"]).status_code == 404


def test_an_invitation_of_more_than_a_user_asks_for_the_password(app: Flask) -> None:
    """And keeps what was typed."""
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    form = {"days": "30", "uses": "1", "note": "Aunt & uncle"}
    for role in ("manager", "admin"):
        answer = post(boss.client, PAGE, role=role, **form)
        assert answer.status_code == 303 and answer.location.startswith("/settings/confirm?next=")
    with app.app_context():
        assert db.session.query(Invitation).count() == 0
    token = csrf_token(boss.client.get("/settings").text)
    path = parse_qs(urlsplit(answer.location).query)["next"][0]
    sure = {"csrf_token": token, "password": PASSWORD, "next": path}
    page = boss.client.get(boss.client.post("/settings/confirm", data=sure).location).text
    assert 'value="Aunt &amp; uncle"' in page and page.count(" selected") == 2
    assert re.search(r'<option selected value="admin"', page)
    assert post(boss.client, PAGE, role="admin", **form).status_code == 303


FORMS = [
    ({"uses": "100"}, 303), ({"uses": "101"}, 400), ({"uses": "0"}, 400), ({"uses": "x"}, 400),
    ({"uses": ""}, 400), ({"days": "2"}, 400), ({"days": "30"}, 303), ({"role": "king"}, 400),
    ({"role": "admin"}, 303), ({"role": "admin", "uses": "2"}, 400), ({"note": "x" * 61}, 400),
]  # fmt: skip


def test_what_an_invitation_may_be(boss: Person) -> None:
    form = {"role": "user", "days": "7", "uses": "1"}
    for fields, status in FORMS:
        assert post(boss.client, PAGE, **{**form, **fields}).status_code == status, fields


def test_twenty_at_once_come_by_one_use_once(app: Flask) -> None:
    token = link_of(app).rpartition("/")[2]
    ends = at_once(app, 20, lambda number: (token, f"guest{number}"))
    assert Counter(ends) == {"joined": 1, "LinkEnded": 19}
    with app.app_context():
        assert db.session.query(User).count() == 1
        assert db.session.query(Invitation).one().used == 1


def test_a_name_that_many_take_at_once_is_one_account(app: Flask) -> None:
    tokens = [link_of(app).rpartition("/")[2] for _ in range(5)]
    ends = at_once(app, 5, lambda number: (tokens[number], "bob"))
    assert Counter(ends) == {"joined": 1, "NameTaken": 4}
    with app.app_context():
        assert sum(one.used for one in db.session.query(Invitation)) == 1


def at_once(app: Flask, count: int, given: Callable[[int], tuple[str, str]]) -> list[str]:
    barrier, ends = threading.Barrier(count), list[str]()

    def one(number: int) -> None:
        token, name = given(number)
        with app.app_context():
            invitation = existing(Invitation.find(token, members_invite=False))
            barrier.wait()
            try:
                accept(Settings(), invitation, name, PASSWORD)
                ends.append("joined")
            except (LinkEnded, NameTaken) as end:
                ends.append(type(end).__name__)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_the_command_prints_a_link(app: Flask, make_app: Callable[..., Flask]) -> None:
    run = app.test_cli_runner().invoke
    done = run(args=["user", "invite", "--role", "admin", "--days", "1"])
    assert done.exit_code == 0 and join(app, done.output.strip()).status_code == 303
    with app.app_context():
        assert existing(User.by_name("bob")).is_admin
    for wrong in (
        ["--uses", "0"],
        ["--uses", "101"],
        ["--role", "king"],
        ["--role", "admin", "--uses", "2"],
    ):
        assert run(args=["user", "invite", *wrong]).exit_code != 0


def test_the_command_says_where_sign_up_is_off(make_app: Callable[..., Flask]) -> None:
    done = make_app().test_cli_runner().invoke(args=["user", "invite"])
    assert done.exit_code == 1 and "settings set SIGN_UP invitation" in done.output
