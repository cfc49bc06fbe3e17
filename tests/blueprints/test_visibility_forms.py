"""Who can see an upload: the field of the upload page and of the edit form, and what they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import (
    Person,
    csrf_token,
    log_in,
    make_person,
    path_of,
    picture_paths,
    sample,
    stored_files,
)
from tests.test_side_doors import film_that_stays_private

LEVELS = ("private", "members", "unlisted", "public")


def choices(page: str) -> dict[str, bool]:
    """Of the first field of a page: each value, and whether it is chosen."""
    field = page.partition("<fieldset")[2].partition("</fieldset>")[0]
    inputs = re.findall(r'<input type="radio" name="visibility" value="(\w+)"([^>]*)>', field)
    return {value: "checked" in rest for value, rest in inputs}


def edit(person: Person, image: dict[str, Any], **fields: str) -> Any:
    path = f"/manage/{image['id_encoded']}/edit"
    token = csrf_token(person.client.get(path).text)
    return person.client.post(path, data={"csrf_token": token, **fields})


def test_members_choose_between_four(ann: Person) -> None:
    log_in(ann.client)
    page = ann.client.get("/").text
    assert choices(page) == {level: level == "unlisted" for level in LEVELS}
    assert "data-said-options>Unlisted</span>" in page  # also while the field is folded
    assert page.index("Who can see it") < page.index('name="expiration"')


@pytest.mark.parametrize(
    ("default", "offered"),
    [
        ("unlisted", {"unlisted": True, "public": False}),
        ("public", {"unlisted": False, "public": True}),
        ("private", {}),  # the site decides
    ],
)
def test_guests_choose_between_those_for_everybody(
    default: str, offered: dict[str, bool], make_app: Callable[..., Flask]
) -> None:
    app = make_app(GUEST_UPLOADS=True, VISIBILITY=default)
    assert choices(app.test_client().get("/").text) == offered


def test_a_form_without_scripts_says_it_for_all_its_files(ann: Person) -> None:
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    files = [(sample(name).open("rb"), name) for name in ("plain.jpg", "alpha.png")]
    data = {"csrf_token": token, "visibility": "private", "source": files}
    answer = ann.client.post("/upload", data=data, headers={"Accept": "text/html"})
    assert answer.text.count("Private: only you and moderators can open it.") == 2
    assert all(path.startswith("private/") for path in stored_files(ann.app))


@pytest.mark.parametrize("level", LEVELS)
def test_the_edit_form_shows_what_it_is(level: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility=level)
    log_in(ann.client)
    for path in (image["path_viewer"], f"/manage/{image['id_encoded']}/edit"):
        assert choices(ann.client.get(path).text) == {one: one == level for one in LEVELS}
    # what a program leaves out stays
    assert edit(ann, image, title="plain").status_code == 303
    assert choices(ann.client.get(image["path_viewer"]).text)[level]


def test_an_older_form_does_not_undo_a_newer_choice(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="public")
    log_in(ann.client)
    form = ann.client.get(f"/manage/{image['id_encoded']}/edit").text
    assert 'name="visibility_was" value="public"' in form
    edit(ann, image, visibility="private")
    edit(ann, image, title="Right", visibility="public", visibility_was="public")
    assert ann.app.test_client().get(path_of(image["url"])).status_code == 404
    edit(ann, image, visibility="public", visibility_was="private")
    assert ann.app.test_client().get(path_of(image["url"])).status_code == 200


def test_a_change_is_in_force_at_once_and_back(ann: Person) -> None:
    image = ann.uploaded("iphone-gps-8mp.jpg")
    log_in(ann.client)
    bob = make_person(ann.app, "bob")
    log_in(bob.client, "bob")
    stranger = ann.app.test_client()
    paths = [image["path_viewer"], *picture_paths(image)]

    def statuses(client: Any) -> set[int]:
        return {client.get(path).status_code for path in paths}

    for level, member, guest in [
        ("private", 404, 404),
        ("members", 200, 404),
        ("unlisted", 200, 200),
        ("private", 404, 404),
        ("public", 200, 200),
    ]:
        assert edit(ann, image, title=image["title"], visibility=level).status_code == 303
        assert (statuses(ann.client), statuses(bob.client), statuses(stranger)) == (
            {200},
            {member},
            {guest},
        ), level


@pytest.mark.parametrize("text", ["secret", "private,public", "0"])
def test_a_level_that_nobody_knows(text: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    assert edit(ann, image, visibility=text).status_code == 400
    assert choices(ann.client.get(image["path_viewer"]).text)["unlisted"]


def test_what_could_not_be_cleaned_stays_private_and_says_why(ann: Person) -> None:
    image = ann.uploaded(film_that_stays_private(), "film.mp4", visibility="public")
    log_in(ann.client)
    form = ann.client.get(f"/manage/{image['id_encoded']}/edit").text
    assert "data-visibility disabled" in form and "It stays private: it still contains" in form
    assert edit(ann, image, visibility="public").status_code == 303
    assert choices(ann.client.get(image["path_viewer"]).text)["private"]
    assert ann.app.test_client().get(path_of(image["url"])).status_code == 404


def test_the_page_script_is_told_who_can_see_it_now(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    token = csrf_token(ann.client.get("/").text)
    answer: Any = ann.client.post(
        f"/manage/{image['id_encoded']}/edit",
        data={"visibility": "members"},
        headers={"Accept": "application/json", "X-CSRFToken": token},
    )
    assert answer.json["report"]["visibility"] == "members"


def test_an_admin_reads_whose_a_private_file_is(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    boss = make_person(ann.app, "boss", admin=True)
    log_in(boss.client, "boss")
    form = boss.client.get(f"/manage/{image['id_encoded']}/edit").text
    assert "Only its owner and moderators." in form
