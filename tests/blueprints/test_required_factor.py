"""Where the site asks for a second factor, nobody without one gets anywhere but to its set-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import MANAGING, SITE_MAP, WITHOUT_FACTOR
from models import Passkey, SecondFactor, User, db
from models.user import NOBODY
from tests.authenticator import Authenticator
from tests.blueprints.test_passkeys import NEW, add, options_on
from tests.blueprints.test_second_step import codes_on, enter, is_in, post, set_up
from tests.conftest import PASSWORD, Person, confirm_log_in, existing, log_in, make_person

SET_UP = "/settings/second-factor"


@pytest.fixture
def ann(make_app: Callable[..., Flask]) -> Person:
    ann = make_person(make_app(REQUIRE_SECOND_FACTOR="everyone"))
    log_in(ann.client)
    return ann


def is_led_there(answer: Any) -> bool:
    return bool(answer.status_code == 303 and answer.headers["Location"] == SET_UP)


def test_every_route_leads_there(ann: Person) -> None:
    ann.app.config["WTF_CSRF_ENABLED"] = False
    left_out = {(route.rule, route.methods) for route in SITE_MAP if route.view in WITHOUT_FACTOR}
    asked = 0
    for route in SITE_MAP:
        if (route.rule, route.methods) in left_out:
            continue
        path = route.rule.replace("<path:", "<")
        while "<" in path:
            start, end = path.index("<"), path.index(">")
            filled = "x" * (8 if "length=8" in path[start:end] else 1)
            path = path[:start] + filled + path[end + 1 :]
        for method in route.methods.split():
            answer = ann.client.open(path, method=method, headers={"Accept": "text/html"})
            assert is_led_there(answer), (method, path, answer.status_code)
            asked += 1
    assert asked > 80


def test_what_is_left_tells_nothing_and_changes_little() -> None:
    """A new route is behind the factor unless somebody writes it down here, too."""
    by_key = {route.view for route in SITE_MAP if route.bp in MANAGING}  # a key has no factor
    assert {f"{view.__module__}.{view.__name__}" for view in {*WITHOUT_FACTOR} - by_key} == {
        "blueprints.openid.callback", "blueprints.openid.start",
        "blueprints.api.upload", "blueprints.api.upload_imgbb", "blueprints.api.unknown",
        "blueprints.assets.asset", "blueprints.health.check", "blueprints.indexing.robots",
        "blueprints.auth.logout", "blueprints.factors.required", "blueprints.factors.ask_again",
        "blueprints.factors.set_up", "blueprints.passkeys.new", "blueprints.portraits.show",
        "blueprints.passkeys.as_second_factor", "blueprints.passkey_log_in.confirm_options",
        "blueprints.passkey_log_in.again", "blueprints.logo.show", "blueprints.openapi.show",
        "blueprints.metrics.show", "blueprints.check_target.seen", "blueprints.check_target.file",
        "blueprints.check_target.body", "blueprints.check_target.long",
        "blueprints.check_target.wait",
    }  # fmt: skip


def test_from_log_in_to_the_start_page(ann: Person) -> None:
    assert not is_in(ann.client)
    assert "Set up an authenticator app" in ann.client.get("/", follow_redirects=True).text
    script = ann.client.post("/upload/arrived", headers={"Accept": "application/json"})
    assert script.status_code in (400, 403)  # of the token, or of the factor
    app, _ = set_up(ann.client)
    assert is_in(ann.client)
    assert ann.client.get(SET_UP).headers["Location"] == "/settings/security"
    # it stays on
    page = ann.client.get("/settings/security").text
    assert "/settings/codes/off" not in page
    post_off = post(ann.client, "/settings/codes/off", "/settings/security")
    assert post_off.headers["Location"] == "/settings/security" and is_in(ann.client)
    other = ann.app.test_client()
    log_in(other)
    assert enter(other, code=app.code()).status_code == 303 and is_in(other)


def log_in_without_token(client: FlaskClient) -> Any:
    return client.post("/login", data={"name": "ann", "password": PASSWORD})


def test_with_a_passkey(ann: Person) -> None:
    """Which is then asked for with the password."""
    ann.app.config["WTF_CSRF_ENABLED"] = False
    ann.client.post("/settings/confirm", data={"password": PASSWORD})
    answer = Authenticator().create(options_on(ann.client))
    page = ann.client.post(NEW, data={"name": "x", "answer": answer}).text
    assert len(codes_on(page)) == 10 and is_in(ann.client)
    assert log_in_without_token(ann.app.test_client()).headers["Location"] == "/login/second"


def test_a_passkey_without_a_password_is_both(ann: Person) -> None:
    with ann.app.app_context():
        user = existing(User.by_name("ann"))
        Passkey.add(user, "x", b"x", "x", b"x", 0)
        db.session.commit()
        assert not is_in(ann.client)
        user.password_hash = NOBODY
        db.session.commit()
    assert is_in(ann.client)


def test_admins_alone(make_app: Callable[..., Flask]) -> None:
    app = make_app(REQUIRE_SECOND_FACTOR="admins")
    ann, boss = make_person(app), make_person(app, "boss", admin=True)
    for person in (ann, boss):
        log_in(person.client, person.name)
    assert is_in(ann.client) and is_led_there(boss.client.get("/settings"))


def test_keys_go_on_and_guests_too(ann: Person) -> None:
    image = ann.uploaded("pixel.png")
    guest = ann.app.test_client()
    assert guest.get(image["path_viewer"]).status_code == 200
    assert is_led_there(ann.client.get(image["path_viewer"]))


def test_admins_switch_it_off_for_others_alone(app: Flask) -> None:
    boss, bob = make_person(app, "boss", admin=True), make_person(app, "bob")
    for person in (boss, bob):
        log_in(person.client, person.name)
        set_up(person.client)
    add(bob.client)
    confirm_log_in(boss.client)
    page = boss.client.get("/admin/people/bob").text
    assert "Second factor and passkeys" in page
    answer = post(boss.client, "/admin/people/bob/reset-factors", "/admin/people/bob")
    assert answer.status_code == 303 and not is_in(bob.client)
    assert log_in(bob.client, "bob").headers["Location"] == "/"
    answer = post(boss.client, "/admin/people/boss/reset-factors", "/admin/people/boss")
    assert answer.status_code == 409
    with app.app_context():
        assert SecondFactor.of(existing(User.by_name("boss")))
        assert not Passkey.of(existing(User.by_name("bob")))
    assert "Second factor and passkeys" not in boss.client.get("/admin/people/bob").text
