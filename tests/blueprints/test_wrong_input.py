"""What people get whose form can't be taken: 400, all that is wrong beside its field, and the first
of that has the focus.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import PASSWORD, Person, csrf_token, log_in, make_person

pytestmark = pytest.mark.usefixtures("cheap_passwords")

LONG = "x" * 500
PAGES: list[tuple[str, dict[str, str], list[str]]] = [
    ("/settings", {"display_name": LONG, "bio": "", "time_zone": ""}, ["display_name"]),
    ("/settings", {"bio": "x" * 9000, "time_zone": "Nowhere"}, ["bio", "time_zone"]),
    ("/settings/api", {"label": "", "max_mb": "much"}, ["label", "max_mb"]),
    ("/settings/api", {"label": "x", "max_mb": "much"}, ["max_mb"]),
    (
        "/settings/security",
        {"old": "wrong", "new": "password1", "again": "other"},
        ["new", "again"],
    ),
    ("/settings/security", {"old": PASSWORD, "new": "", "again": ""}, ["new"]),
    ("/admin/invitations", {"uses": "abc", "note": LONG}, ["note", "uses"]),
]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(SIGN_UP="approval")


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    return boss


def sent(client: Any, path: str, fields: dict[str, str]) -> Any:
    token = csrf_token(client.get(path).text)
    return client.post(path, data={"csrf_token": token, **fields})


def wrong_fields(page: str) -> list[str]:
    inputs = re.findall(r"<(?:input|select|textarea)[^>]*>", page)
    return [re.search(r'name="(\w+)"', one)[1] for one in inputs if 'aria-invalid="true"' in one]  # type: ignore[index]


def focused(page: str) -> list[str]:
    return re.findall(r'<(?:input|select|textarea)(?=[^>]*\sautofocus)[^>]*name="(\w+)"', page)


@pytest.mark.parametrize(("path", "fields", "wrong"), PAGES)
def test_settings_say_at_the_top_that_nothing_was_saved(
    boss: Person, path: str, fields: dict[str, str], wrong: list[str]
) -> None:
    answer = sent(boss.client, path, fields)
    assert answer.status_code == 400
    assert wrong_fields(answer.text) == wrong
    assert focused(answer.text) == wrong[:1]
    if path.startswith("/settings"):
        assert "Not saved." in answer.text.partition('class="field"')[0]
        assert "Not saved." not in boss.client.get(path).text


def test_all_of_an_account_is_checked_at_once(app: Flask, boss: Person) -> None:
    form = {"name": "Oma Erika", "password": "password1", "again": "other"}
    answer = sent(app.test_client(), "/sign-up", form)
    assert answer.status_code == 400
    assert wrong_fields(answer.text) == ["name", "password", "again"]
    assert focused(answer.text) == ["name"]
    assert 'value="Oma Erika"' in answer.text and "password1" not in answer.text
    answer = sent(app.test_client(), "/sign-up", {**form, "name": "boss"})
    assert "taken" in answer.text and wrong_fields(answer.text) == ["name", "password", "again"]


def test_the_log_in_page_leads_to_the_password(app: Flask, boss: Person) -> None:
    client = app.test_client()
    assert focused(client.get("/login").text) == ["name"]
    answer = sent(client, "/login", {"name": "boss", "password": "wrong"})
    assert answer.status_code == 401 and focused(answer.text) == ["password"]


def test_a_form_of_an_ended_session_keeps_what_was_typed(app: Flask, boss: Person) -> None:
    """The same for a page that lies open in another browser's cookies: nothing is done."""
    fields = {"csrf_token": "old", "display_name": "The boss", "bio": "A long story"}
    answer = boss.client.post("/settings", data={**fields, "time_zone": "", "profile": "shown"})
    assert answer.status_code == 400 and "Send it again." in answer.text
    assert "A long story" in answer.text and 'value="The boss"' in answer.text
    again = {**fields, "csrf_token": csrf_token(answer.text), "profile": "shown"}
    assert "A long story" not in boss.client.get("/settings").text
    assert boss.client.post("/settings", data=again).status_code == 303
    assert "A long story" in boss.client.get("/settings").text


@pytest.mark.parametrize("token", ["old", ""])
def test_an_old_log_in_page_asks_again(app: Flask, boss: Person, token: str) -> None:
    client = app.test_client()
    form = {"csrf_token": token, "name": "boss", "password": PASSWORD, "next": "/albums"}
    answer = client.post("/login", data=form)
    assert answer.status_code == 400 and 'value="boss"' in answer.text
    assert PASSWORD not in answer.text and 'value="/albums"' in answer.text
    assert client.get("/account").json == {"account": ""}
    answer = client.post("/login", data={**form, "csrf_token": csrf_token(answer.text)})
    assert answer.status_code == 302 and answer.location == "/albums"


def test_who_is_logged_in_already_goes_on(boss: Person) -> None:
    form = {"csrf_token": "old", "name": "boss", "password": PASSWORD, "next": "/albums"}
    answer = boss.client.post("/login", data=form)
    assert answer.status_code == 302 and answer.location == "/albums"
