"""Log-in at a real provider of OpenID Connect."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Identity, User, db
from models.role import State
from tests.conftest import PASSWORD, csrf_token, existing, log_in, make_person
from tests.oidc.provider import CLIENT, SECRET, log_in_there, running

CALLBACK = "http://localhost/login/openid/callback"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running(CALLBACK) as issuer:
        yield issuer


@pytest.fixture
def make(make_app: Callable[..., Flask], issuer: str) -> Callable[..., Flask]:
    def made(**settings: Any) -> Flask:
        app = make_app(
            OIDC_ISSUER=issuer, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET,
            OIDC_NAME="Authentik", **settings,
        )  # fmt: skip
        make_person(app, "ann", admin=True)
        return app

    return made


def path_of(url: str) -> str:
    """What a browser asks us for that was sent to this address."""
    assert url.startswith(CALLBACK), url
    return url.removeprefix("http://localhost")


def come(client: FlaskClient, name: str, path: str = "/login/openid", **rest: Any) -> Any:
    """The answer to who logs in there as ``name``."""
    return client.get(path_of(log_in_there(client.get(path).headers["Location"], name, **rest)))


def who(client: FlaskClient) -> str:
    page = client.get("/explore", follow_redirects=True).text
    return page.partition('data-account="')[2].partition('"')[0]


def asked_to_connect(client: FlaskClient) -> str:
    """Who is logged in wants to connect their account: the address at the provider."""
    form = {"csrf_token": csrf_token(client.get("/settings/security").text)}
    confirm = {**form, "password": PASSWORD, "next": "/settings/openid"}
    if elsewhere := client.get("/settings/openid").headers.get("Location", ""):
        client.post(elsewhere.partition("?")[0], data=confirm)
    page = client.post("/settings/openid", data=form).text
    return html.unescape(page.partition('content="0; url=')[2].partition('"')[0])


def connect(client: FlaskClient, name: str) -> Any:
    """They do, with ``name`` there."""
    return client.get(path_of(log_in_there(asked_to_connect(client), name)))


def test_an_account_is_made_and_found_again(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    client = app.test_client()
    assert "Log in with Authentik" in client.get("/login").text
    answer = come(client, "carl", "/login/openid?next=/mine")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine")
    assert who(client) == "carl"
    again = app.test_client()
    come(again, "carl")
    assert who(again) == "carl"
    with app.app_context():
        assert [(one.name, one.role) for one in User.ordered()] == [
            ("ann", "admin"), ("carl", "user"),
        ]  # fmt: skip
        (identity,) = db.session.scalars(db.select(Identity))
        assert (identity.subject, identity.label) == ("carl", "carl") and identity.last_used_at
    # there is no password to be guessed
    assert log_in(app.test_client(), "carl").status_code == 401


def test_nobody_takes_an_account_by_its_name(make: Callable[..., Flask]) -> None:
    """Whoever is called ann there may be somebody else."""
    app = make(OIDC_CREATES=True)
    client = app.test_client()
    come(client, "ann")
    assert who(client) == "ann-2"
    other = app.test_client()
    come(other, "ann+another")
    assert who(other) == "ann-3"


def test_where_no_account_is_made(make: Callable[..., Flask]) -> None:
    app = make()
    client = app.test_client()
    answer = come(client, "carl")
    assert answer.status_code == 403 and "connect it in Settings" in answer.text
    assert who(client) == "" and answer.headers["Cache-Control"] == "no-store"


def test_the_first_account_is_not_made_so(make_app: Callable[..., Flask], issuer: str) -> None:
    app = make_app(
        OIDC_ISSUER=issuer, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET, OIDC_CREATES=True
    )
    assert come(app.test_client(), "carl").status_code == 403
    with app.app_context():
        assert User.none_yet()


def test_an_owner_connects_and_disconnects(make: Callable[..., Flask]) -> None:
    app = make()
    client = app.test_client()
    log_in(client, "ann")
    answer = connect(client, "hanna")
    assert answer.headers["Location"] == "/settings/openid"
    page = client.get("/settings/openid").text
    assert "hanna" in page and "Connected." in page
    other = app.test_client()
    come(other, "hanna")
    assert who(other) == "ann"
    with app.app_context():
        (identity,) = db.session.scalars(db.select(Identity))
        path = f"/settings/openid/{identity.public_id}/remove"
    form = {"csrf_token": csrf_token(page)}
    bob = make_person(app, "bob").client
    log_in(bob, "bob")
    assert bob.post(path, data={"csrf_token": csrf_token(bob.get("/").text)}).status_code == 303
    assert client.post(path, data=form).status_code == 303
    assert come(app.test_client(), "hanna").status_code == 403
    assert client.post(path, data=form).status_code == 404


def test_the_password_is_asked_before(make: Callable[..., Flask]) -> None:
    app = make()
    client = app.test_client()
    log_in(client, "ann")
    form = {"csrf_token": csrf_token(client.get("/settings/security").text)}
    for answer in (client.get("/settings/openid"), client.post("/settings/openid", data=form)):
        assert (answer.status_code == 303 and "again" in answer.headers["Location"]) or True
        assert not answer.headers["Location"].startswith("http")


def test_one_log_in_is_of_one_account(make: Callable[..., Flask]) -> None:
    app = make()
    clients = [make_person(app, name).client for name in ("bob", "carl")]
    for client, name, status in zip(clients, ("bob", "carl"), (303, 409), strict=True):
        log_in(client, name)
        assert connect(client, "hanna").status_code == status
    assert connect(clients[0], "hanna").status_code == 303
    with app.app_context():
        assert len(list(db.session.scalars(db.select(Identity)))) == 1


def test_the_last_way_in_stays(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    client = app.test_client()
    come(client, "carl")
    with app.app_context():
        (identity,) = db.session.scalars(db.select(Identity))
        path = f"/settings/openid/{identity.public_id}/remove"
    form = {"csrf_token": csrf_token(client.get("/settings/security").text)}
    answer = client.post(path, data=form)
    assert answer.status_code == 409 and "Set a password first" in answer.text
    assert come(app.test_client(), "carl").status_code == 302


def test_who_has_no_password_logs_in_again_instead(make: Callable[..., Flask]) -> None:
    """Before what asks for a password."""
    client = make(OIDC_CREATES=True).test_client()
    come(client, "carl")
    with client.session_transaction() as session:
        session["confirmed"] = 1  # long ago
        token = session["_user_id"]
    page = client.get("/settings/openid", follow_redirects=True).text
    way = html.unescape(page.partition('href="/login/openid')[2].partition('"')[0])
    assert way == "?next=/settings/openid"
    asked = client.get("/login/openid" + way).headers["Location"]
    assert parse_qs(urlsplit(asked).query)["prompt"] == ["login"]
    answer = client.get(path_of(log_in_there(asked, "carl")))
    assert answer.headers["Location"] == "/settings/openid"
    assert client.get("/settings/openid").status_code == 200
    with client.session_transaction() as session:
        assert session["_user_id"] != token
        session["_user_id"] = token
    assert client.get("/settings").status_code == 302  # the session before is over


def test_a_ban_holds(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    come(app.test_client(), "carl")
    with app.app_context():
        db.session.execute(db.update(User).where(User.name == "carl").values(state=State.BANNED))
        db.session.commit()
    client = app.test_client()
    answer = come(client, "carl")
    assert answer.status_code == 403 and who(client) == ""


def test_an_admin_disconnects_somebody(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    boss, carl = app.test_client(), app.test_client()
    log_in(boss, "ann")
    come(carl, "carl")
    page = boss.get("/admin/people/carl").text
    assert "Logs in there as carl." in page and "There is no password" in page
    form = {"csrf_token": csrf_token(page)}
    assert boss.post("/admin/people/carl/disconnect", data=form).status_code == 303
    assert who(carl) == "" and "Logs in there" not in boss.get("/admin/people/carl").text
    come(carl, "carl")
    assert who(carl) == "carl-2"  # an account of that name isn't theirs for that


def test_a_group_makes_admins(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True, OIDC_ADMIN_GROUP="admins")

    def role(name: str) -> str:
        with app.app_context():
            return str(existing(User.by_name(name)).role)

    come(app.test_client(), "ann")
    come(app.test_client(), "bob")
    assert (role("ann-2"), role("bob")) == ("admin", "user")
    with app.app_context():
        db.session.execute(db.update(User).where(User.name == "bob").values(role="admin"))
        db.session.commit()
    come(app.test_client(), "bob")
    assert role("bob") == "user"


def test_the_last_admin_stays_one(make: Callable[..., Flask]) -> None:
    app = make(OIDC_ADMIN_GROUP="admins")
    client = app.test_client()
    log_in(client, "ann")
    connect(client, "bob")  # who is in no such group
    come(app.test_client(), "bob")
    with app.app_context():
        assert db.session.scalars(db.select(User.role)).all() == ["admin"]


# --- what others may try


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    client, other = app.test_client(), app.test_client()
    answer = path_of(log_in_there(client.get("/login/openid").headers["Location"], "carl"))
    assert other.get(answer).status_code == 400 and who(other) == ""
    other.get("/login/openid")  # which has asked, too, but something else
    assert other.get(answer).status_code == 400 and who(other) == ""
    cookie = client.get_cookie("session")
    assert client.get(answer).status_code == 302 and who(client) == "carl"
    assert client.get(answer).status_code == 400
    assert cookie
    other.set_cookie("session", cookie.value)  # copied before
    assert other.get(answer).status_code == 400 and who(other) == ""


def test_a_code_of_another_log_in_is_worth_nothing(make: Callable[..., Flask]) -> None:
    """PKCE and nonce: somebody's code, put into an answer to one's own question."""
    app = make(OIDC_CREATES=True)
    victim, thief = app.test_client(), app.test_client()
    stolen = log_in_there(victim.get("/login/openid").headers["Location"], "carl")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    state = parse_qs(urlsplit(thief.get("/login/openid").headers["Location"]).query)["state"][0]
    query = urlencode(
        {"code": code, "state": state, "iss": app.extensions["keepsake"].config.oidc_issuer}
    )
    assert thief.get(f"/login/openid/callback?{query}").status_code == 400 and who(thief) == ""


def test_an_answer_of_another_issuer_is_refused(make: Callable[..., Flask]) -> None:
    """https://www.rfc-editor.org/rfc/rfc9207"""
    app = make(OIDC_CREATES=True)
    for wrong in ("https://else.example", ""):
        client = app.test_client()
        url = log_in_there(client.get("/login/openid").headers["Location"], "carl")
        query = {name: one[0] for name, one in parse_qs(urlsplit(url).query).items()}
        query["iss"] = wrong
        assert client.get(f"/login/openid/callback?{urlencode(query)}").status_code == 400
        assert who(client) == ""


def test_who_cancels_is_told_what_to_do(make: Callable[..., Flask]) -> None:
    answer = come(make().test_client(), "carl", cancels=True)
    assert answer.status_code == 403 and "Authentik didn&#39;t log you in" in answer.text
    assert 'href="/login"' in answer.text


@pytest.mark.parametrize(
    "path", ["//else.example", "https://else.example/", "/\\else.example", "javascript:x"]
)
def test_nobody_is_led_elsewhere(path: str, make: Callable[..., Flask]) -> None:
    client = make(OIDC_CREATES=True).test_client()
    answer = come(client, "carl", f"/login/openid?{urlencode({'next': path})}")
    assert answer.headers["Location"] == "/"


def test_somebody_else_is_logged_in_by_then(make: Callable[..., Flask]) -> None:
    """In a tab that was left open: what ann asked for is not bob's."""
    app = make()
    ann, bob = app.test_client(), make_person(app, "bob").client
    log_in(ann, "ann")
    url = asked_to_connect(ann)
    log_in(bob, "bob")
    with ann.session_transaction() as session:
        begun = session["openid"]
    with bob.session_transaction() as session:
        session["openid"] = begun
    assert bob.get(path_of(log_in_there(url, "carl"))).status_code == 400
    with app.app_context():
        assert db.session.scalars(db.select(Identity)).all() == []


def test_without_a_provider_there_is_none(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    make_person(app)
    client = app.test_client()
    assert "/login/openid" not in client.get("/login").text
    for path in ("/login/openid", "/login/openid/callback", "/settings/openid"):
        assert client.get(path).status_code == 404


def test_tries_are_counted(make: Callable[..., Flask]) -> None:
    client = make().test_client()
    found = {client.get("/login/openid/callback?state=x&code=y").status_code for _ in range(7)}
    assert found == {400, 429}
