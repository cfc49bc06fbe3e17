"""Who can see an upload that doesn't say it: as its key says, its person, the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import ApiKey, Upload, User, db
from services.keys import issue_key
from tests.blueprints.test_visibility_forms import choices
from tests.conftest import Person, csrf_token, log_in, make_person


def stored(person: Person) -> str:
    """The visibility of the newest upload."""
    with person.app.app_context():
        newest = db.select(Upload.visibility).order_by(Upload.id.desc()).limit(1)
        return str(db.session.scalar(newest))


def save_default(person: Person, visibility: str) -> Any:
    token = csrf_token(person.client.get("/settings/uploads").text)
    data = {"csrf_token": token, "visibility": visibility}
    return person.client.post("/settings/uploads", data=data, follow_redirects=True)


@pytest.mark.parametrize(
    ("parameter", "of_key", "of_person", "expected"),
    [
        ("members", "private", "public", "members"),
        ("", "private", "public", "private"),
        ("", None, "public", "public"),
        ("", None, None, "members"),
    ],
)
def test_the_first_that_says_it(
    parameter: str,
    of_key: str | None,
    of_person: str | None,
    expected: str,
    make_app: Callable[..., Flask],
) -> None:
    ann = make_person(make_app(VISIBILITY="members"))
    with ann.app.app_context():
        user = User.by_name("ann")
        assert user
        user.visibility = of_person
        _, text = issue_key(user, "", of_key)
    Person(ann.app, "ann", text, ann.client).uploaded("pixel.png", visibility=parameter)
    assert stored(ann) == expected


def test_a_new_account_is_unlisted_and_follows_the_site_until_it_chooses(
    make_app: Callable[..., Flask],
) -> None:
    ann = make_person(make_app())
    log_in(ann.client)
    assert choices(ann.client.get("/settings/uploads").text)["unlisted"]
    careful = make_person(make_app(VISIBILITY="private"), "bob")
    log_in(careful.client, "bob")
    assert choices(careful.client.get("/settings/uploads").text)["private"]
    careful.uploaded("alpha.png")
    assert stored(careful) == "private"


def test_a_persons_default_holds_on_the_upload_page_and_for_keys(ann: Person) -> None:
    log_in(ann.client)
    assert "Saved." in save_default(ann, "private").text
    for path in ("/settings/uploads", "/"):
        assert choices(ann.client.get(path).text)["private"], path
    ann.uploaded("pixel.png")
    assert stored(ann) == "private"
    assert "Your default (Private)" in ann.client.get("/settings/api").text
    assert save_default(ann, "secret").status_code == 400
    assert choices(ann.client.get("/settings/uploads").text)["private"]
    bob = make_person(ann.app, "bob")  # it is ann's alone
    log_in(bob.client, "bob")
    assert choices(bob.client.get("/settings/uploads").text)["unlisted"]


@pytest.mark.parametrize("path", ["/settings/api", "/settings/uploaders/sharex"])
def test_a_key_of_a_form_has_what_was_chosen(path: str, ann: Person) -> None:
    log_in(ann.client)
    data = {"csrf_token": csrf_token(ann.client.get(path).text), "label": "x", "link": "url"}
    form = {**data, "visibility": "public"}
    page = ann.client.post(path, data=form, follow_redirects=True).text
    text = re.findall(r"chv_[A-Za-z0-9]{6}_[A-Za-z0-9]{128}", page)[0]
    Person(ann.app, "ann", text, ann.client).uploaded("pixel.png")
    assert stored(ann) == "public"
    listed = ann.client.get("/settings/api").text
    first = re.findall(r'<ul class="key-facts">\s*<li><svg.*?</svg>\s*([^<]*?)\s*<', listed)
    assert first == ["Public", "Your default"]


def test_a_key_of_the_command(ann: Person) -> None:
    run = ann.app.test_cli_runner()
    made = run.invoke(args=["key", "create", "ann", "--visibility", "members"])
    assert made.exit_code == 0
    Person(ann.app, "ann", made.output.strip(), ann.client).uploaded("pixel.png")
    assert stored(ann) == "members"
    assert (
        run.invoke(args=["key", "list"])
        .output.splitlines()[-1]
        .endswith("\tmembers\tupload\tnever")
    )
    assert run.invoke(args=["key", "create", "ann", "--visibility", "none"]).exit_code == 2
    with ann.app.app_context():
        assert len(ApiKey.all_with_users()) == 2
