"""View as a stranger: for the owner and admins, the page of somebody without an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person, log_in, make_person, path_of
from tests.test_side_doors import film_that_stays_private

BROWSER = {"Accept": "text/html"}
UNCOUNTED = {**BROWSER, "User-Agent": "bot/1"}
BANNER = re.compile(r'<aside class="as-stranger".*?</aside>', re.DOTALL)
# A new one in each answer to somebody without a session.
CHANCE = re.compile(r"\b[0-9a-f]{8}\b")


def viewed(person: Person, image: dict[str, Any]) -> Any:
    if not person.client.get_cookie("session"):
        log_in(person.client, person.name)
    return person.client.get(f"/manage/{image['id_encoded']}/stranger", headers=BROWSER)


def without_banner(page: str) -> tuple[str, str]:
    """The banner in plain words, and the page without it."""
    (banner,) = BANNER.findall(page)
    words = " ".join(re.sub("<[^>]+>", " ", banner).split())
    return words, CHANCE.sub("", BANNER.sub("", page).replace("\n", ""))


@pytest.mark.parametrize("level", ["private", "members", "unlisted", "public"])
@pytest.mark.parametrize("explore", ["members", "everyone"])
def test_it_is_the_page_that_a_stranger_gets(
    level: str, explore: str, make_app: Callable[..., Flask]
) -> None:
    ann = make_person(make_app(EXPLORE=explore))
    image = ann.uploaded("plain.jpg", visibility=level, title="Cup of 咖啡", tags="cup")
    page = viewed(ann, image)
    stranger = ann.app.test_client().get(image["path_viewer"], headers=UNCOUNTED)
    words, rest = without_banner(page.text)
    assert rest == CHANCE.sub("", stranger.text.replace("\n", ""))
    is_open = level in ("unlisted", "public")
    assert (stranger.status_code == 200) is is_open
    assert ("can't open this file" in words) is not is_open
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("title", ["50% #1? a/b", "..", "%2e%2e", "x" * 200, "\u202eevil"])
def test_whatever_its_title_and_below_a_path(title: str, make_app: Callable[..., Flask]) -> None:
    ann = make_person(make_app(PUBLIC_URL="http://localhost/pics"))
    image = ann.uploaded("plain.jpg", title=title)
    page = viewed(ann, image)
    words, _ = without_banner(page.text)
    assert "People without an account see the page below." in words
    (banner,) = BANNER.findall(page.text)
    assert f'<a class="button soft" href="{image["path_viewer"]}">' in banner
    assert '<img src="/pics/images/' in banner


def test_its_preview_card_is_made_of_its_tags(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", title="A & B", description="<i>tea</i>", visibility="public")
    page = viewed(ann, image).text
    (banner,) = BANNER.findall(page)
    assert f'<img src="{path_of(image["medium"]["url"] or image["url"])}"' in banner
    assert "<strong>A &amp; B</strong>" in banner and "&lt;i&gt;tea" in banner
    hidden = ann.uploaded("alpha.png", title="Secret", visibility="private")
    words, rest = without_banner(viewed(ann, hidden).text)
    assert "Link previews show nothing of it." in words and "Secret" not in rest


def test_it_changes_no_cookie_and_counts_no_view(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    with ann.client.session_transaction() as session:
        before = dict(session)
    path = f"/manage/{image['id_encoded']}"
    for _ in range(2):
        assert ann.client.get(path + "/stranger", headers=BROWSER).status_code == 200
        with ann.client.session_transaction() as session:
            assert dict(session) == before
    assert ann.app.extensions["keepsake"].views.waiting(image["id_encoded"]) == 0
    assert "Edit" in ann.client.get(image["path_viewer"]).text  # still logged in


def test_a_new_delete_link_is_not_shown_there(ann: Person) -> None:
    image = ann.uploaded("plain.jpg")
    log_in(ann.client)
    form = ann.client.get(image["path_viewer"]).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    path = f"/manage/{image['id_encoded']}"
    ann.client.post(f"{path}/delete-link", data={"csrf_token": token[1]})
    assert "New delete link" not in ann.client.get(f"{path}/stranger").text.split("<main")[1]
    assert "It is shown only once" in ann.client.get(image["path_viewer"]).text


def test_who_may_edit_it_may_look(ann: Person) -> None:
    image = ann.uploaded("plain.jpg", visibility="members")
    boss, bob = make_person(ann.app, "boss", admin=True), make_person(ann.app, "bob")
    assert "can't open this file" in viewed(boss, image).text
    assert viewed(bob, image).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"visibility": "private"}, "Private: only you and moderators can open it."),
        ({"visibility": "members"}, "Members only: everyone with an account can open it."),
        ({}, "Unlisted: everyone with the link can open it."),
        ({"visibility": "public"}, "Public: everyone can open it, and Explore shows it."),
        (
            {"visibility": "public", "expiration": "P1D"},
            "Unlisted: everyone with the link can open it.",
        ),
    ],
)
def test_its_page_says_who_can_open_it(fields: dict[str, str], sentence: str, ann: Person) -> None:
    image = ann.uploaded("plain.jpg", **fields)
    log_in(ann.client)
    page = ann.client.get(image["path_viewer"]).text
    assert page.count(sentence) - page.count(f'data-audience="{sentence}"') == 1
    word = sentence.split(":")[0].split()[0]
    head = page.partition('class="viewer"')[2].partition('id="links"')[0]
    texts = re.sub(r"<[^>]*>", "", head)
    assert len(re.findall(rf"\b{word}\b", texts)) == 1  # said once
    guest = ann.app.test_client().get(image["path_viewer"]).text
    assert "can open it" not in guest and "/stranger" not in guest


def test_what_stays_private(ann: Person) -> None:
    image = ann.uploaded(film_that_stays_private(), "film.mp4", visibility="public")
    words, _ = without_banner(viewed(ann, image).text)
    assert "can't open this file" in words
