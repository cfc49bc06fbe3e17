"""The page of an upload is cached for guests, and never an old one is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, before_render_template

from models import Tag, Upload, User, db, utcnow
from services.page_cache import MAX_BYTES, PageCache
from services.remove import remove
from services.settings.change import change as change_settings
from tests.conftest import Person, log_in, make_person
from tests.statements import statements

GONE = "exist, or it is not for you."
Change = Callable[[Flask, str], Any]


def seen(app: Flask, path: str, **options: Any) -> str:
    """Of a guest whom nobody counts."""
    text = app.test_client().get(path, headers={"User-Agent": "bot/1"}, **options).text
    return re.sub(r'id="[^"]*"', "", text)


def test_the_second_guest_costs_no_query(ann: Person) -> None:
    path = ann.uploaded("plain.jpg", title="First", tags="one, two")["path_viewer"]
    first = seen(ann.app, path)
    with statements(ann.app) as sent:
        assert seen(ann.app, path) == first and "First" in first
    assert not sent


def edited(**values: Any) -> Change:
    def change(_app: Flask, public_id: str) -> None:
        upload = db.session.query(Upload).filter_by(public_id=public_id).one()
        for name, value in values.items():
            setattr(upload, name, value)

    return change


def renamed_tag(_app: Flask, _public_id: str) -> None:
    db.session.query(Tag).one().name = "renamed"


def renamed_owner(_app: Flask, _public_id: str) -> None:
    db.session.query(User).one().name = "renamed"


def deleted(app: Flask, public_id: str) -> None:
    upload = db.session.query(Upload).filter_by(public_id=public_id).one()
    remove(app.extensions["keepsake"], upload)


CHANGES: dict[str, tuple[Change, str]] = {  # and what is on the page afterwards
    "title": (edited(title="Second"), "Second"),
    "description": (edited(description="As said"), "As said"),
    "private": (edited(visibility="private"), GONE),
    "for members": (edited(visibility="members"), GONE),
    "expired": (edited(expires_at=utcnow() - timedelta(seconds=1)), GONE),
    "damaged": (edited(is_damaged=True), "damaged"),
    "tag": (renamed_tag, "renamed"),
    "owner": (renamed_owner, "by renamed"),
    "deleted": (deleted, GONE),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_shows_at_once(name: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="First", tags="one")
    path = image["path_viewer"]
    change, expected = CHANGES[name]
    before = seen(ann.app, path)
    assert seen(ann.app, path) == before and expected.lower() not in before.lower()
    with ann.app.app_context():
        change(ann.app, image["id_encoded"])
        db.session.commit()
    after = seen(ann.app, path, follow_redirects=True)
    assert expected.lower() in after.lower()


def test_what_is_committed_while_a_page_is_made_shows_on_the_next(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="First", description="Before")
    path = image["path_viewer"]

    def change(_app: Flask, context: dict[str, Any], **_rest: Any) -> None:
        assert context["upload"].description == "Before"  # it was read already
        with ann.app.app_context():
            edited(description="Afterwards")(ann.app, image["id_encoded"])
            db.session.commit()

    with before_render_template.connected_to(change, ann.app):
        assert "Before" in seen(ann.app, path)
    assert "Afterwards" in seen(ann.app, path)


def test_settings_show_at_once(ann: Person) -> None:
    path = ann.uploaded("plain.jpg")["path_viewer"]
    assert "Our attic" not in seen(ann.app, path)
    with ann.app.app_context():
        change_settings(ann.app.extensions["keepsake"].store, {"SITE_NAME": "Our attic"})
    assert "Our attic" in seen(ann.app, path)


def test_members_and_guests_get_pages_of_their_own(ann: Person) -> None:
    path = ann.uploaded("plain.jpg")["path_viewer"]
    guest = seen(ann.app, path)
    log_in(ann.client)
    mine = ann.client.get(path).text
    make_person(ann.app, "bob")
    other = ann.app.test_client()
    log_in(other, "bob")
    others = other.get(path, headers={"User-Agent": "bot/1"}).text
    assert "Log in" in guest and "Log out ann" in mine and "Log out bob" in others
    assert "Edit" in mine and "Edit" not in others
    assert seen(ann.app, path) == guest


def test_addresses_are_those_that_were_asked_for(ann: Person) -> None:
    path = ann.uploaded("plain.jpg")["path_viewer"]
    for base in ("http://one.example", "http://two.example", "http://one.example"):
        assert f'<link rel="canonical" href="{base}/image/' in seen(ann.app, path, base_url=base)


def test_what_will_expire_is_not_kept(ann: Person) -> None:
    path = ann.uploaded("plain.jpg", expiration="PT5M")["path_viewer"]
    seen(ann.app, path)
    with statements(ann.app) as sent:
        seen(ann.app, path)
    assert sent


def test_a_message_is_for_one_guest(ann: Person) -> None:
    path = ann.uploaded("plain.jpg")["path_viewer"]
    guest = ann.app.test_client()
    with guest.session_transaction() as session:
        session["_flashes"] = [("message", "For you alone")]
    assert "For you alone" in guest.get(path).text
    assert "For you alone" not in seen(ann.app, path)


def test_the_least_used_go_first(ann: Person) -> None:
    pages = PageCache(ann.app.extensions["keepsake"].page_cache.changes)
    state = pages.changes.state()
    page = b"x" * (MAX_BYTES // 4)
    for number in range(4):
        pages.put(number, page, 0, state)
    assert pages.get(0, state)  # now 1 is the one that nobody asked for
    pages.put(4, page, 0, state)
    pages.put(4, page, 0, state)  # in its own place
    assert [number for number in range(5) if pages.get(number, state)] == [0, 2, 3, 4]
    pages.put("too large", b"x" * (MAX_BYTES + 1), 0, state)
    assert not pages.get("too large", state)
    pages.put("unknown", b"page", 0, None)
    assert not pages.get("unknown", None)
