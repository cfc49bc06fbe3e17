"""A new password by a link that works once."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from models import OneTimeLink, User, UserSession, db, utcnow
from models.one_time_link import LinkKind
from models.role import State
from services.reset import LinkEnded, NotAllowed, new_reset_link, reset_password
from services.settings import Settings
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

NEW = "another horse stapler"


def command(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=["user", *words])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def link_of(app: Flask) -> str:
    with app.app_context():
        return f"/reset/{new_reset_link(existing(User.by_name('ann')), 'a test')}"


def use(app: Flask, link: str, password: str = NEW, again: str = "") -> Any:
    client = app.test_client()
    page = client.get(link)
    if page.status_code != 200:
        return page
    form = {"csrf_token": csrf_token(page.text), "password": password, "again": again or password}
    return client.post(link, data=form)


def can_log_in(app: Flask, password: str) -> bool:
    return bool(log_in(app.test_client(), password=password).status_code == 302)


def test_a_link_sets_a_password_once_and_ends_all_else(ann: Person) -> None:
    log_in(ann.client)
    link, other = link_of(ann.app), link_of(ann.app)
    answer = use(ann.app, link)
    assert answer.status_code == 303 and answer.location == "/login"
    assert can_log_in(ann.app, NEW) and not can_log_in(ann.app, PASSWORD)
    assert ann.client.get("/settings").status_code == 302  # the session has ended
    for ended in (link, other):
        page = use(ann.app, ended)
        assert page.status_code == 404 and "Ask whoever gave it to you" in page.text


def test_used_expired_and_wrong_links_are_the_same(ann: Person) -> None:
    used, expired, banned = (link_of(ann.app) for _ in range(3))
    with ann.app.app_context():
        db.session.query(OneTimeLink).delete()
        db.session.commit()
    expired = link_of(ann.app)
    with ann.app.app_context():
        db.session.query(OneTimeLink).update({OneTimeLink.expires_at: utcnow()})
        db.session.commit()
    links = [used, expired, banned, "/reset/" + "x" * 43, "/reset/x", "/reset/" + "x" * 999]
    pages = [ann.app.test_client().get(link, headers={"Accept": "text/html"}) for link in links]
    assert {page.status_code for page in pages} == {404}
    assert len({len(page.get_data()) for page in pages}) == 1


def test_the_link_of_who_is_banned_is_none(ann: Person) -> None:
    link = link_of(ann.app)
    with ann.app.app_context():
        existing(User.by_name("ann")).state = State.BANNED
        db.session.commit()
    assert use(ann.app, link).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", "", "Use 8 to"), ("password1", "", "one of the most common"),
        ("keepsake", "", "the name of this site"), (NEW, "other", "Passwords do not match."),
    ],
)  # fmt: skip
def test_a_bad_password_uses_no_link(password: str, again: str, message: str, ann: Person) -> None:
    link = link_of(ann.app)
    answer = use(ann.app, link, password, again)
    assert answer.status_code == 400 and message in answer.text and password not in answer.text
    assert use(ann.app, link).status_code == 303


def test_no_page_tells_the_link_to_anyone(ann: Person) -> None:
    link = link_of(ann.app)
    page = ann.app.test_client().get(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert link.rpartition("/")[2] not in page.text
    with ann.app.app_context():
        assert link.rpartition("/")[2] not in db.session.query(OneTimeLink).one().token_hash
    assert ann.app.test_client().get(link).status_code == 200  # a look uses nothing


def test_a_form_is_taken_over_https_though_no_path_is_told(ann: Person) -> None:
    link, client = link_of(ann.app), ann.app.test_client()
    page = client.get(link, base_url="https://localhost")
    form = {"csrf_token": csrf_token(page.text), "password": NEW, "again": NEW}
    told = {"Referer": "https://localhost/"}  # all that a browser sends by strict-origin
    answer = client.post(link, base_url="https://localhost", headers=told, data=form)
    assert answer.status_code == 303


def test_a_new_password_ends_links(ann: Person) -> None:
    link = link_of(ann.app)
    command_input = {"args": ["user", "password", "ann", "--password-stdin"], "input": NEW}
    assert ann.app.test_cli_runner().invoke(**command_input).exit_code == 0
    assert use(ann.app, link).status_code == 404


def test_the_command_prints_a_link(ann: Person) -> None:
    path = command(ann.app, "reset-link", "ANN")
    assert path.startswith("/reset/") and use(ann.app, path).status_code == 303


def test_the_command_knows_the_public_url(make_app: Callable[..., Flask]) -> None:
    there = make_app(PUBLIC_URL="https://home.example/pics/")
    make_person(there)
    assert command(there, "reset-link", "ann").startswith("https://home.example/pics/reset/")


def test_expired_links_are_deleted(ann: Person) -> None:
    link_of(ann.app)
    with ann.app.app_context():
        past = utcnow() - timedelta(seconds=1)
        db.session.query(OneTimeLink).update({OneTimeLink.expires_at: past})
        db.session.commit()
    link_of(ann.app)
    with ann.app.app_context():
        assert db.session.query(OneTimeLink).count() == 1


def test_one_link_sets_one_password_however_many_try_at_once(ann: Person) -> None:
    token = link_of(ann.app).rpartition("/")[2]
    barrier, ends = threading.Barrier(6), []

    def one(number: int) -> None:
        with ann.app.app_context():
            link = existing(OneTimeLink.find(token, LinkKind.RESET))
            barrier.wait()
            try:
                reset_password(Settings(), link, f"{NEW} {number}")
                ends.append("set")
            except LinkEnded:
                ends.append("ended")

    threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(ends) == {"set": 1, "ended": 5}
    with ann.app.app_context():
        assert db.session.query(UserSession).count() == 0


def test_wrong_links_keep_nobody_out(ann: Person) -> None:
    """Pictures on any page could ask for them in the name of whoever looks at it."""
    client = ann.app.test_client()
    assert {client.get(f"/reset/{number:043}").status_code for number in range(100)} == {404}
    assert client.get(link_of(ann.app)).status_code == 200


def test_an_admin_makes_a_link_for_somebody(ann: Person, caplog: pytest.LogCaptureFixture) -> None:
    boss = make_person(ann.app, "boss", admin=True)
    log_in(boss.client, "boss")
    confirm_log_in(boss.client)
    page = "/admin/people/ann"
    token = {"csrf_token": csrf_token(boss.client.get(page).text)}
    assert boss.client.post(f"{page}/reset-link", data=token).status_code == 303
    found = re.search(r"http://localhost(/reset/\w{43})", boss.client.get(page).text)
    assert found and found[1] not in boss.client.get(page).text
    assert "boss made a link to set the password of ann" in caplog.text
    assert found[1].rpartition("/")[2] not in caplog.text
    assert use(ann.app, found[1]).status_code == 303 and can_log_in(ann.app, NEW)
    with ann.app.app_context():
        existing(User.by_name("ann")).state = State.BANNED
        db.session.commit()
    assert boss.client.post(f"{page}/reset-link", data=token).status_code == 409


def test_who_is_no_admin_any_more_has_no_links_left(ann: Person) -> None:
    for name in ("boss", "chief"):
        make_person(ann.app, name, admin=True)
    for command_line in (["ban", "boss"], ["demote", "chief"]):
        link = link_of(ann.app)
        if command_line[0] == "demote":
            command(ann.app, "unban", "boss")
        command(ann.app, *command_line)
        assert use(ann.app, link).status_code == 404
    link = link_of(ann.app)
    make_person(ann.app, "bob")
    command(ann.app, "ban", "bob")
    assert use(ann.app, link).status_code == 303


def test_who_is_no_admin_any_more_makes_no_link(ann: Person) -> None:
    """Also where the request came before the demotion."""
    boss = make_person(ann.app, "boss", admin=True)
    with ann.app.app_context():
        user, creator = existing(User.by_name("ann")), existing(User.by_name(boss.name))
        db.session.execute(db.update(User).where(User.name == "boss").values(role="user"))
        db.session.commit()
        with pytest.raises(NotAllowed):
            new_reset_link(user, "boss", creator)
        assert db.session.query(OneTimeLink).count() == 0


def test_it_is_said_that_other_ways_in_still_work(ann: Person) -> None:
    """Somebody who knew the password may have added them."""
    client = ann.app.test_client()
    page = client.get(link := link_of(ann.app)).text
    form = {"csrf_token": csrf_token(page), "password": NEW, "again": NEW}
    assert "API keys still work" in client.post(link, data=form, follow_redirects=True).text
