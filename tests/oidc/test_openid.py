"""Log-in at a real provider of OpenID Connect."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask, get_flashed_messages
from flask.testing import FlaskClient

from blueprints.http.other_ways import warn_of_other_ways
from models import ApiKey, Identity, OneTimeLink, Passkey, User, db
from models.one_time_link import LinkKind
from models.role import State
from services.factors import lacks_factor
from services.openid.identities import disconnect
from services.openid.identities import enter as enter_by
from services.openid.told import Told
from services.passkeys import remove
from services.ways_in import LastWayIn
from tests.blueprints.test_second_step import enter, is_in, set_up
from tests.conftest import PASSWORD, confirm_log_in, csrf_token, existing, log_in, make_person
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
    come(client, "carl")  # again, which asks
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
    assert "is not in use. Ask an admin." in answer.text


def test_an_admin_disconnects_somebody(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    boss, carl = app.test_client(), app.test_client()
    log_in(boss, "ann")
    confirm_log_in(boss)
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


def test_what_is_no_answer_to_a_question_counts_as_nothing(make: Callable[..., Flask]) -> None:
    """Any page can send the browsers of a household here, as if for an image."""
    app = make(OIDC_CREATES=True)
    client = app.test_client()
    url = client.get("/login/openid").headers["Location"]
    for query in ("", "?state=x&code=y", "?error=x", "?state=&code="):
        for one in (client, app.test_client()):
            assert {one.get("/login/openid/callback" + query).status_code for _ in range(9)} == {
                400
            }
    assert client.get(path_of(log_in_there(url, "carl"))).headers["Location"] == "/"
    assert log_in(app.test_client(), "ann").status_code == 302


def test_answers_that_are_refused_are_counted_and_keep_nobody_from_a_password(
    make: Callable[..., Flask],
) -> None:
    app = make()

    def wrong() -> int:
        client = app.test_client()
        url = client.get("/login/openid").headers["Location"]
        state = parse_qs(urlsplit(url).query)["state"][0]
        return client.get(f"/login/openid/callback?state={state}&code=y&iss={issuer}").status_code

    issuer = app.extensions["keepsake"].config.oidc_issuer
    assert [wrong() for _ in range(7)] == [400] * 5 + [429] * 2
    assert log_in(app.test_client(), "ann").status_code == 302


# --- what it is worth beside a second factor and the question whether it is still them


def test_a_log_in_that_asked_for_nothing_confirms_nothing(make: Callable[..., Flask]) -> None:
    client = make(OIDC_CREATES=True).test_client()
    come(client, "carl")
    assert client.get("/settings/data").status_code == 303
    come(client, "carl", "/login/openid?next=/settings/data")
    assert client.get("/settings/data").status_code == 200


def test_who_has_a_second_factor_gives_it_with_the_log_in(make: Callable[..., Flask]) -> None:
    app = make(OIDC_CREATES=True)
    client = app.test_client()
    come(client, "carl")
    come(client, "carl")  # again, which asks
    codes = set_up(client)[1]
    other = app.test_client()
    assert come(other, "carl").headers["Location"] == "/login/second"
    enter(other, recovery=codes[0])
    assert is_in(other) and other.get("/settings/data").status_code == 303
    answer = come(other, "carl", "/login/openid?next=/settings/data")
    assert answer.headers["Location"] == "/login/second"
    enter(other, recovery=codes[1])  # which leads to the page for a new phone
    assert other.get("/settings/data").status_code == 200


def test_a_passkey_is_no_second_factor_where_the_provider_lets_in_alone(
    make: Callable[..., Flask], issuer: str
) -> None:
    app = make(OIDC_CREATES=True, REQUIRE_SECOND_FACTOR="everyone")
    come(app.test_client(), "carl")
    with app.test_request_context():
        carl = existing(User.by_name("carl"))
        settings = app.extensions["keepsake"].settings
        assert lacks_factor(settings, carl, issuer)
        Passkey.add(carl, "phone", b"x", "id", b"key", 0)
        assert lacks_factor(settings, carl, issuer)
        assert not lacks_factor(settings, carl, "")  # where there is no provider any more
        disconnect(carl, Identity.of(carl)[0].public_id, issuer)
        assert not lacks_factor(settings, carl, issuer)


def test_the_ways_in_are_the_same_for_all_that_ends_one(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        carl = User.create_without_password("carl")
        for issuer in ("https://then.example", "https://now.example"):
            Identity.add(carl, issuer, "1", "carl")
        Passkey.add(carl, "phone", b"x", "id", b"key", 0)
        db.session.commit()
        before, now = (one.public_id for one in Identity.of(carl))
        (passkey,) = Passkey.of(carl)
        remove(carl, passkey.public_id, "https://now.example")
        with pytest.raises(LastWayIn):
            disconnect(carl, now, "https://now.example")
        assert disconnect(carl, before, "https://now.example")
        Passkey.add(carl, "phone", b"x", "id", b"key", 0)
        db.session.commit()
        assert disconnect(carl, now, "https://now.example")
        with pytest.raises(LastWayIn):
            remove(carl, Passkey.of(carl)[0].public_id, "https://now.example")


def test_who_leaves_the_group_leaves_no_links_to_others(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    make_person(app, "root", admin=True)
    told = Told("https://now.example", "1", "eve", frozenset({"admins"}), 0)
    with app.app_context():
        root = existing(User.by_name("root"))
        eve = enter_by(told, creates=True, admin_group="admins")
        assert eve.is_admin
        token = OneTimeLink.issue(root, LinkKind.RESET)
        db.session.commit()
        assert OneTimeLink.find(token, LinkKind.RESET)
        enter_by(told._replace(groups=frozenset()), creates=True, admin_group="admins")
        assert not eve.is_admin and OneTimeLink.find(token, LinkKind.RESET) is None
        eve.state = State.BANNED
        db.session.commit()
        enter_by(told, creates=True, admin_group="admins")
        assert eve.role == "user"


def test_a_new_password_says_that_a_connected_log_in_still_works(
    make_app: Callable[..., Flask],
) -> None:
    """Somebody who knew the old one may have connected theirs."""
    issuer = "https://now.example"
    app = make_app(OIDC_ISSUER=issuer, OIDC_CLIENT_ID=CLIENT)
    for of, is_said in (("https://then.example", False), (issuer, True)):
        make_person(app, f"bob{is_said}")
        with app.test_request_context():
            db.session.execute(db.delete(ApiKey))
            bob = existing(User.by_name(f"bob{is_said}"))
            Identity.add(bob, of, "1", "eve")
            db.session.commit()
            warn_of_other_ways(bob)
            assert bool(get_flashed_messages()) is is_said
