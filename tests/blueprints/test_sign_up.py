"""Accounts that people create themselves, and that wait for approval."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import User, db, limits
from models.role import State
from services.accounts import set_password
from services.settings import Settings
from services.sign_up import TooManyWaiting, sign_up
from tests.conftest import PASSWORD, Person, csrf_token, existing, log_in, make_person

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PEOPLE = "/admin/people"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(SIGN_UP="approval")


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def apply(app: Flask, name: str = "bob", **fields: str) -> Any:
    client = app.test_client()
    page = client.get("/sign-up")
    if page.status_code != 200:
        return page
    form = {"name": name, "password": PASSWORD, "again": PASSWORD, **fields}
    return client.post("/sign-up", data={"csrf_token": csrf_token(page.text), **form})


def decide(boss: Person, what: str, name: str = "bob") -> int:
    token = csrf_token(boss.client.get(PEOPLE).text)
    answer = boss.client.post(f"{PEOPLE}/{name}/{what}", data={"csrf_token": token})
    return answer.status_code


def make_menu(app: Flask) -> str:
    """What somebody who is no admin has in the menu."""
    ann = make_person(app)
    log_in(ann.client)
    found = re.search(r'<details class="menu">.*?</details>', ann.client.get("/").text, re.DOTALL)
    assert found
    return found[0]


def waiting(app: Flask, count: int) -> None:
    with app.app_context():
        rows = (User(name=f"w{n}", password_hash="x", state=State.PENDING) for n in range(count))
        db.session.add_all(rows)
        db.session.commit()


def test_who_signs_up_waits_and_is_approved(app: Flask, boss: Person) -> None:
    assert "/sign-up" in app.test_client().get("/login").text
    answer = apply(app)
    assert answer.status_code == 303 and answer.location == "/login"
    client = app.test_client()
    assert "waits for approval" not in log_in(client, "bob", "wrong").text
    refused = log_in(client, "bob")
    assert refused.status_code == 403 and "waits for approval" in refused.text
    assert client.get("/settings").status_code == 302
    assert "1 waits" in boss.client.get("/").text and "wait" not in make_menu(app)
    page = boss.client.get(PEOPLE).text
    assert "Waiting for approval" in page and "Approve bob" in page
    assert "Approve bob" in boss.client.get(f"{PEOPLE}/bob").text
    assert decide(boss, "approve") == 303
    assert log_in(client, "bob").status_code == 302
    assert "Waiting for approval" not in boss.client.get(PEOPLE).text
    assert "1 waits" not in boss.client.get("/").text
    assert decide(boss, "approve") == 409 and decide(boss, "refuse") == 409


def test_who_is_refused_is_gone(app: Flask, boss: Person) -> None:
    apply(app)
    assert decide(boss, "refuse") == 303
    assert log_in(app.test_client(), "bob").status_code == 401
    with app.app_context():
        assert User.by_name("bob") is None
    assert decide(boss, "approve") == 404
    assert apply(app).status_code == 303  # and may try again


def test_an_account_in_use_is_not_refused(app: Flask, boss: Person) -> None:
    make_person(app, "bob")
    assert decide(boss, "refuse") == 409
    with app.app_context():
        assert User.by_name("bob")


def test_only_admins_decide(app: Flask, boss: Person) -> None:
    apply(app)
    ann = make_person(app)
    log_in(ann.client)
    token = csrf_token(ann.client.get("/settings").text)
    for what in ("approve", "refuse"):
        answer = ann.client.post(f"{PEOPLE}/bob/{what}", data={"csrf_token": token})
        assert answer.status_code == 404


@pytest.mark.parametrize("setting", ["off", "invitation"])
def test_there_is_no_page_elsewhere(setting: str, make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_UP=setting)
    make_person(app)
    assert apply(app).status_code == 404
    assert "/sign-up" not in app.test_client().get("/login").text


def test_nobody_signs_up_before_the_site_is_set_up(app: Flask) -> None:
    assert apply(app).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "BOSS"}, "This name is taken."), ({"name": "-"}, "Start with a letter"),
        ({"password": "password1", "again": "password1"}, "one of the most common"),
        ({"password": "keepsake", "again": "keepsake"}, "the name of this site"),
    ],
)  # fmt: skip
def test_a_bad_form_makes_nothing(
    fields: dict[str, str], message: str, app: Flask, boss: Person
) -> None:
    answer = apply(app, **fields)
    assert answer.status_code == 400 and message in answer.text
    with app.app_context():
        assert db.session.query(User).count() == 1


def test_sign_ups_are_limited_by_address_also_those_that_fail(app: Flask, boss: Person) -> None:
    codes = [apply(app, f"w{n}" if n % 2 else "boss").status_code for n in range(11)]
    assert codes == [400, 303] * 5 + [429]


def test_no_more_wait_than_an_admin_can_read_through(app: Flask, boss: Person) -> None:
    waiting(app, limits.MAX_WAITING)
    full = apply(app)
    assert full.status_code == 503 and "Too many people wait" in full.text
    assert decide(boss, "approve", "w7") == 303
    assert apply(app).status_code == 303


def test_the_last_place_is_one_however_many_ask_at_once(app: Flask, boss: Person) -> None:
    waiting(app, limits.MAX_WAITING - 1)
    barrier, ends = threading.Barrier(6), list[str]()

    def one(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                sign_up(Settings(), f"guest{number}", PASSWORD)
                ends.append("waits")
            except TooManyWaiting:
                ends.append("full")

    threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {"waits": 1, "full": 5}


def test_a_wrong_password_of_who_waits_is_counted(app: Flask, boss: Person) -> None:
    apply(app)
    client = app.test_client()
    codes = [log_in(client, "bob", "wrong").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


def test_a_password_that_is_right_is_not_counted(app: Flask, boss: Person) -> None:
    apply(app)
    assert {log_in(app.test_client(), "bob").status_code for _ in range(7)} == {403}


def test_a_new_password_approves_nobody(app: Flask, boss: Person) -> None:
    apply(app)
    with app.app_context():
        set_password(Settings(), existing(User.by_name("bob")), "another horse stapler")
    assert log_in(app.test_client(), "bob", "another horse stapler").status_code == 403
