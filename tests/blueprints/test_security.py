"""A new password, and the devices that are logged in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from blueprints.http.devices import device_name
from models import User, UserSession, db, utcnow
from models.role import State
from models.user_session import MAX_AGENT
from services.accounts import PasswordChanged, begin_session, set_password
from services.settings import Settings
from tests.conftest import PASSWORD, Person, csrf_token, log_in, make_person

NEW = "another horse stapler"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"), (CHROME, "Chrome, Android"), (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, Windows"), ("curl/8", "Unknown device"), ("", "Unknown device"),
        ("<script>", "Unknown device"), ("Macintosh; Intel Mac OS X", "Mac"),
    ],
)  # fmt: skip
def test_what_a_device_is_called(agent: str, name: str) -> None:
    assert device_name(agent) == name


def device(person: Person, agent: str = FIREFOX) -> FlaskClient:
    client = person.app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    log_in(client, person.name)
    return client


def is_logged_in(client: FlaskClient) -> bool:
    return bool(client.get("/settings").status_code == 200)


def post(client: FlaskClient, path: str, **fields: str) -> Any:
    token = csrf_token(client.get("/settings/security").text)
    return client.post(path, data={"csrf_token": token, **fields})


def change(client: FlaskClient, old: str = PASSWORD, new: str = NEW, again: str = "") -> Any:
    return post(client, "/settings/security", old=old, new=new, again=again or new)


def test_a_new_password_logs_out_all_other_devices(ann: Person) -> None:
    laptop, phone = device(ann), device(ann, CHROME)
    stolen = ann.app.test_client()
    cookie = laptop.get_cookie("session")
    assert cookie
    stolen.set_cookie("session", cookie.value)
    assert change(laptop).status_code == 303
    assert is_logged_in(laptop) and not is_logged_in(phone) and not is_logged_in(stolen)
    other = ann.app.test_client()
    assert log_in(other, password=PASSWORD).status_code == 401
    assert log_in(other, password=NEW).status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"old": "wrong"}, "Wrong password."),
        ({"new": "short"}, "Use 8 to"),
        ({"new": "x" * 5000}, "Use 8 to"),
        ({"new": "Password1"}, "one of the most common"),
        ({"new": "Keep-Sake"}, "the name of this site"),
        ({"again": "something else"}, "Passwords do not match."),
        ({"old": ""}, "required"),
    ],
)
def test_a_bad_form_changes_nothing(fields: dict[str, str], message: str, ann: Person) -> None:
    laptop, phone = device(ann), device(ann)
    answer = change(laptop, **fields)
    assert answer.status_code == 400 and message.lower() in answer.text.lower()
    assert is_logged_in(laptop) and is_logged_in(phone)
    assert log_in(ann.app.test_client(), password=PASSWORD).status_code == 302


def test_guesses_are_counted(ann: Person) -> None:
    laptop = device(ann)
    answers = [change(laptop, old="wrong").status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    assert change(laptop).status_code == 429  # the right one, too


def test_devices_are_listed_and_ended_one_by_one(ann: Person) -> None:
    laptop, phone, tablet = device(ann), device(ann, CHROME), device(ann, SAFARI)
    bob = make_person(ann.app, "bob")
    bobs = device(bob)
    page = laptop.get("/settings/security").text
    assert [
        name for name in ("Firefox, Linux", "Chrome, Android", "Safari, iPhone") if name in page
    ]
    assert page.count("This device") == 1
    ids = re.findall(r"/settings/sessions/(\w+)/end", page)
    named = re.search(r'/settings/sessions/(\w+)/end">.{0,300}?Log out: Chrome', page, re.DOTALL)
    assert len(ids) == 2 and named
    assert post(bobs, f"/settings/sessions/{named[1]}/end").status_code == 404
    assert is_logged_in(phone)
    assert post(laptop, f"/settings/sessions/{named[1]}/end").status_code == 303
    assert not is_logged_in(phone) and is_logged_in(tablet) and is_logged_in(laptop)
    assert post(laptop, f"/settings/sessions/{named[1]}/end").status_code == 404
    assert post(laptop, "/settings/sessions/end").status_code == 303
    assert is_logged_in(laptop) and not is_logged_in(tablet) and is_logged_in(bobs)
    assert "everywhere else" not in laptop.get("/settings/security").text


def test_the_last_use_is_noted_now_and_then(ann: Person) -> None:
    laptop = device(ann, FIREFOX + "x" * 1000)
    with ann.app.app_context():
        session = db.session.query(UserSession).one()
        assert len(session.agent) == MAX_AGENT and session.last_used_at
        session.last_used_at = long_ago = utcnow() - timedelta(hours=1)
        db.session.commit()
    assert is_logged_in(laptop)
    with ann.app.app_context():
        last_uses = ann.app.extensions["keepsake"].last_uses
        assert db.session.query(UserSession).one().last_used_at == long_ago  # no page writes
        last_uses.flush()
        db.session.expire_all()
        noted = db.session.query(UserSession).one().last_used_at
        assert noted and noted > long_ago + timedelta(minutes=59)
    assert is_logged_in(laptop)
    with ann.app.app_context():
        last_uses.flush()
        assert db.session.query(UserSession).one().last_used_at == noted


def test_who_logs_in_while_the_password_changes_does_not_stay(ann: Person) -> None:
    """The password was right when it was looked at."""
    with ann.app.app_context():
        thief = User.authenticate("ann", PASSWORD)
        assert thief
        db.session.expunge(thief)
        owner = User.by_name("ann")
        assert owner
        set_password(Settings(), owner, NEW)
        with pytest.raises(PasswordChanged):
            begin_session(thief, [])
        owner.state = State.BANNED
        db.session.commit()
        with pytest.raises(PasswordChanged):
            begin_session(owner, [])
        assert db.session.query(UserSession).count() == 0
