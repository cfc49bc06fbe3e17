"""The pages of settings, as admins use them: alone, and two at once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.settings_groups import GROUPS
from models import Setting
from models.audit import AuditEntry
from models.base import db
from services.settings import change
from services.settings.load import STARTING
from tests.conftest import Person, confirm_log_in, csrf_token, log_in, make_person

PAGE = "/admin/settings"


@pytest.fixture
def boss(app: Flask) -> Person:
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    confirm_log_in(boss.client)
    return boss


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of the form on a page, as it stands."""
    form = page[page.index('<form method="post" class="stack') :].partition("</form>")[0]
    sent: dict[str, Any] = {"csrf_token": csrf_token(form)}
    for tag in re.findall(r"<input [^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") != "checkbox":
            sent[found["name"]] = html.unescape(found.get("value", ""))
        elif re.search(r"\bchecked\b", tag):
            sent.setdefault(found["name"], []).append(found["value"])
    for name, options in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        sent[name] = re.findall(r'<option selected value="(\w+)"', options)
    for name, text in re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        sent[name] = html.unescape(text).removeprefix("\r\n")
    return sent


def save(client: FlaskClient, group: str, **others: Any) -> Any:
    page = client.get(f"{PAGE}/{group}").text
    return client.post(f"{PAGE}/{group}", data=fields(page) | others)


def rows(app: Flask) -> dict[str, str]:
    with app.app_context():
        return Setting.values(db.engine)


def written(app: Flask) -> list[tuple[str, str, Any]]:
    with app.app_context():
        entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
        return [(one.by, one.subject, one.detail) for one in entries if one.act == "setting"]


@pytest.mark.parametrize("group", ["general", "people", "uploads", "guests", "privacy", "limits"])
def test_a_page_sent_back_as_it_is_changes_nothing(app: Flask, boss: Person, group: str) -> None:
    assert save(boss.client, group).status_code == 303
    assert rows(app) == {} and written(app) == []


def test_a_change_is_in_force_and_written_down(app: Flask, boss: Person) -> None:
    answer = save(boss.client, "general", site_name="Ours & <yours>")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/general")
    assert rows(app) == {"SITE_NAME": "Ours & <yours>"}
    assert "<title>Ours &amp; &lt;yours&gt;</title>" in boss.client.get("/").text
    overview = boss.client.get(PAGE).text
    assert "Ours &amp; &lt;yours&gt;" in overview and overview.count("Changed here") == 1
    page = boss.client.get(f"{PAGE}/general").text
    assert "Reset to default: Keepsake" in page
    assert save(boss.client, "general", reset="SITE_NAME", accent="#123456").status_code == 303
    assert rows(app) == {"ACCENT": "#123456"}
    assert written(app) == [
        ("boss", "SITE_NAME", {"was": "Keepsake", "now": "Ours & <yours>"}),
        ("boss", "SITE_NAME", {"was": "Ours & <yours>", "now": "Keepsake"}),
        ("boss", "ACCENT", {"was": "#2f6f5e", "now": "#123456"}),
    ]


def test_what_does_not_fit_changes_nothing_and_stays_typed(app: Flask, boss: Person) -> None:
    answer = save(boss.client, "limits", max_upload_mb="a <lot>", quota_mb="500")
    assert answer.status_code == 400 and rows(app) == {}
    assert 'value="a &lt;lot&gt;"' in answer.text and 'value="500"' in answer.text
    assert "Enter a whole number from 1 to 1,000,000." in answer.text
    again = boss.client.post(f"{PAGE}/limits", data=fields(answer.text) | {"max_upload_mb": "20"})
    assert again.status_code == 303
    assert rows(app) == {"MAX_UPLOAD_MB": "20", "QUOTA_MB": "500"}


def test_two_at_once_keep_what_the_other_changed(app: Flask, boss: Person) -> None:
    page = boss.client.get(f"{PAGE}/people").text
    other = make_person(app, "other", admin=True)
    log_in(other.client, "other")
    confirm_log_in(other.client)
    assert save(other.client, "people", sign_up="approval").status_code == 303
    late = boss.client.post(f"{PAGE}/people", data=fields(page) | {"explore": "everyone"})
    assert late.status_code == 303
    assert rows(app) == {"SIGN_UP": "approval", "EXPLORE": "everyone"}


def test_who_changes_the_same_later_is_asked(app: Flask, boss: Person) -> None:
    page = boss.client.get(f"{PAGE}/general").text
    with app.app_context():
        change(app.extensions["keepsake"].store, {"SITE_NAME": "Theirs", "TIMEZONE": "Asia/Tokyo"})
    late = boss.client.post(f"{PAGE}/general", data=fields(page) | {"site_name": "Mine"})
    assert late.status_code == 409 and rows(app)["SITE_NAME"] == "Theirs"
    assert "Somebody else has set this to “Theirs”" in late.text
    shown = fields(late.text)
    assert (shown["site_name"], shown["timezone"]) == ("Mine", "Asia/Tokyo")
    assert boss.client.post(f"{PAGE}/general", data=shown).status_code == 303
    assert rows(app) == {"SITE_NAME": "Mine", "TIMEZONE": "Asia/Tokyo"}


def test_an_old_page_keeps_what_was_typed(app: Flask, boss: Person) -> None:
    page = fields(boss.client.get(f"{PAGE}/general").text)
    answer = boss.client.post(
        f"{PAGE}/general", data=page | {"site_name": "Mine", "csrf_token": "old"}
    )
    assert answer.status_code == 400 and 'value="Mine"' in answer.text and rows(app) == {}


def test_only_admins_get_them(app: Flask, boss: Person) -> None:
    ann = make_person(app)
    log_in(ann.client)
    for path in (PAGE, f"{PAGE}/general"):
        assert ann.client.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 302
    assert boss.client.get(f"{PAGE}/nothing").status_code == 404


def test_secrets_are_not_shown(make_app: Callable[..., Flask]) -> None:
    app = make_app(
        SMTP_PASSWORD="hunter22",
        OIDC_CLIENT_SECRET="xyzzy23",
        OIDC_CLIENT_ID="keepsake-id",
        METRICS_TOKEN="plugh24-plugh24-plugh24",
    )
    boss = make_person(app, "boss", admin=True)
    log_in(boss.client, "boss")
    page = boss.client.get(PAGE).text
    assert "keepsake-id" in page and "SMTP_PASSWORD" in page
    assert page.count("set, not shown here") == 3
    assert not re.search("hunter22|xyzzy23|plugh24", page)
    for name, declared in STARTING.items():
        is_named_so = any(word in name for word in ("SECRET", "PASSWORD", "TOKEN"))
        assert declared.is_secret == is_named_so, name


@pytest.mark.parametrize("group", GROUPS)
def test_who_gets_in_is_changed_with_the_password_alone(
    app: Flask, boss: Person, group: str
) -> None:
    """A browser that was left open opens no site."""
    sent = fields(boss.client.get(f"{PAGE}/{group}").text)
    with boss.client.session_transaction() as session:
        del session["confirmed"]
    is_asked = group == "people"
    looked = boss.client.get(f"{PAGE}/{group}")
    saved = boss.client.post(f"{PAGE}/{group}", data=sent | {"private_site": "y"})
    assert (looked.status_code, saved.status_code) == (303 if is_asked else 200, 303)
    for answer in (looked, saved) if is_asked else ():
        assert answer.location == "/settings/confirm?next=/admin/settings/people"
    assert saved.location.startswith("/settings/confirm" if is_asked else PAGE)
    assert rows(app) == {}


def test_all_that_lets_people_in_is_asked_for() -> None:
    names = {name for group in GROUPS.values() if group.is_about_access for name in group.names}
    assert names >= {"PRIVATE_SITE", "SIGN_UP", "MEMBERS_INVITE", "REQUIRE_SECOND_FACTOR"}


def test_who_makes_a_site_private_is_told_of_proxies(app: Flask, boss: Person) -> None:
    told = "A reverse proxy that serves files by itself"
    for sent, is_told in (("y", True), ("y", False), ([], False), ("y", True)):
        assert save(boss.client, "people", private_site=sent).status_code == 303
        assert (told in boss.client.get(PAGE).text) == is_told


def test_what_is_set_back_by_hand_is_no_change(app: Flask, boss: Person) -> None:
    for group, field, other, default in (
        ("general", "site_name", "Ours", "Keepsake"),
        ("limits", "max_upload_mb", "7", "1000"),
        ("uploads", "allow_uploads", [], "y"),
        ("uploads", "review", ["guests"], []),
        ("people", "explore", "everyone", "members"),
    ):
        save(boss.client, group, **{field: other})
        assert list(rows(app)) == [field.upper()]
        save(boss.client, group, **{field: default})
        assert rows(app) == {}
