"""How people show themselves: their display name, a text, and the time zone in which they see
dates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from models import Upload, User, db
from tests.conftest import PASSWORD, Person, csrf_token, existing, log_in, make_person

NAME = 'Ann <b>"O\'Hara"</b> & Co'
ESCAPED = "Ann &lt;b&gt;&#34;O&#39;Hara&#34;&lt;/b&gt; &amp; Co"


def save(person: Person, **fields: str) -> Any:
    token = csrf_token(person.client.get("/settings").text)
    form = {"csrf_token": token, "profile": "shown", **fields}
    return person.client.post("/settings", data=form)


@pytest.fixture
def open_site(make_app: Callable[..., Flask]) -> Person:
    ann = make_person(make_app(EXPLORE="everyone", TIMEZONE="Europe/Berlin"))
    log_in(ann.client)
    return ann


def test_the_display_name_is_shown_and_the_name_logs_in(open_site: Person) -> None:
    ann, guest = open_site, open_site.app.test_client()
    image = ann.uploaded("plain.jpg", visibility="public")
    assert save(ann, display_name=f"  {NAME}\x00 ").status_code == 303
    for path in (image["path_viewer"], "/explore", "/people", "/user/ann", "/user/ANN"):
        text = guest.get(path, follow_redirects=True).text
        assert ESCAPED in text and "<b>" not in text, path
    assert "@" not in guest.get("/people").text and ">ann<" in guest.get("/people").text
    feed = guest.get("/user/ann/feed").text
    assert 'Ann &lt;b&gt;"O\'Hara"&lt;/b&gt; &amp; Co' in feed
    embed = guest.get("/oembed?url=" + image["url_viewer"]).json
    assert embed and embed["author_name"] == NAME
    assert ESCAPED in ann.client.get("/").text.partition("<main")[0]
    assert log_in(ann.app.test_client(), "ann").status_code == 302
    assert log_in(ann.app.test_client(), NAME).status_code == 401
    save(ann, display_name="")
    assert "by <a href=" in guest.get(image["path_viewer"]).text
    assert ESCAPED not in guest.get("/user/ann").text


def test_what_was_typed_stays_beside_what_is_wrong(open_site: Person) -> None:
    make_person(open_site.app, "bob")
    answer = save(open_site, display_name="BOB", bio="About <me>")
    assert answer.status_code == 400
    assert 'value="BOB"' in answer.text and "About &lt;me&gt;</textarea>" in answer.text
    assert "Somebody else uses this name." in answer.text
    with open_site.app.app_context():
        assert existing(User.by_name("ann")).shown_name == "ann"


def test_nobody_takes_a_name_that_somebody_shows(open_site: Person) -> None:
    app = open_site.app
    save(open_site, display_name="Änne")
    run = app.test_cli_runner().invoke
    for name in ("anne", "ANNE"):
        done = run(args=["user", "create", name, "--password-stdin"], input=f"{PASSWORD}\n")
        assert done.exit_code == 1 and "taken" in done.output
    bob = make_person(app, "bob")
    log_in(bob.client, "bob")
    for taken, status in (("änne", 400), ("ANNE", 400), ("★", 303)):
        assert save(bob, display_name=taken).status_code == status
    assert save(open_site, display_name="★★").status_code == 303  # of signs alone: nobody's


@pytest.mark.parametrize("name", ["\u200b", "\u200e", "\u3164", "\u115f ", "\u2800", "\u0301"])
def test_a_name_that_nobody_can_see_is_none(name: str, open_site: Person) -> None:
    assert save(open_site, display_name=name).status_code == 303
    with open_site.app.app_context():
        assert existing(User.by_name("ann")).shown_name == "ann"


@pytest.mark.parametrize("name", ["bo\u200bb", "b\u00adob", "ｂｏｂ", "bo\u034fb", "\u2060BOB"])
def test_a_name_that_looks_like_another_s_is_theirs(name: str, open_site: Person) -> None:
    make_person(open_site.app, "bob")
    assert save(open_site, display_name=name).status_code == 400


def test_a_text_is_plain_and_keeps_its_lines(open_site: Person) -> None:
    save(open_site, bio="Lakes.\r\nAnd <script>boats</script>.\u202e")
    text = open_site.app.test_client().get("/user/ann").text
    assert 'class="bio">Lakes.\nAnd &lt;script&gt;boats&lt;/script&gt;.</p>' in text


def test_dates_are_in_the_time_zone_of_who_looks(open_site: Person) -> None:
    ann, bob = open_site, make_person(open_site.app, "bob")
    log_in(bob.client, "bob")
    image = ann.uploaded("plain.jpg", visibility="public")
    with ann.app.app_context():
        row = existing(db.session.scalar(db.select(Upload)))
        row.created_at = row.received_at = datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
        db.session.commit()
    path = image["path_viewer"]
    assert "28 Feb 2026, 23:30 CET" in bob.client.get(path).text
    assert save(bob, time_zone="Asia/Tokyo").status_code == 303
    assert "1 Mar 2026, 07:30 JST" in bob.client.get(path).text
    assert "28 Feb 2026, 23:30 CET" in ann.client.get(path).text
    assert "28 Feb 2026, 23:30 CET" in ann.app.test_client().get(path).text
    for page in ("/explore", "/user/ann"):
        assert (
            "March 2026<" in bob.client.get(page).text
            and "February 2026<" in ann.client.get(page).text
        )
    # what programs get is the site's
    assert ann.uploaded("pixel.png")["date"] != ""
    with ann.app.app_context():
        existing(User.by_name("bob")).time_zone = "Moon/Base"  # which this machine doesn't know
        db.session.commit()
    assert "23:30 CET" in bob.client.get(path).text


def test_a_camera_s_clock_is_read_in_the_time_zone_of_who_sends_it(open_site: Person) -> None:
    """So that they see the time that it showed."""
    save(open_site, time_zone="Asia/Tokyo")
    open_site.uploaded("canon-40d.jpg")
    with open_site.app.app_context():
        taken = existing(db.session.scalar(db.select(Upload.taken_at)))
        zone = existing(existing(User.by_name("ann")).zone)
    assert taken.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") == "2008-05-30 15:56:01"


def test_the_question_of_an_open_tab_sets_no_cookie(ann: Person) -> None:
    """It may be answered after a form of another tab, whose session it would undo."""
    log_in(ann.client)
    ann.client.get("/settings")
    answer = ann.client.get("/account")
    told = answer.get_json()
    assert told["account"] == "ann" and told["token"]
    assert "Set-Cookie" not in answer.headers
    assert ann.client.get("/settings").headers["Set-Cookie"]  # a visit
