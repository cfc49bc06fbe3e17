"""The media page as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.conftest import POLLING, Server

pytestmark = pytest.mark.browser
Put = Callable[..., dict[str, Any]]


def test_nothing_jumps_while_the_picture_loads(page: Any, put: Put) -> None:
    image = put("screenshot.png")
    held: list[Any] = []
    page.route("**/*.png", lambda route: held.append(route))
    page.goto(image["url_viewer"], wait_until="commit")
    page.locator(".placeholder").wait_for()
    before = page.locator("h1").bounding_box()
    page.route("**/*.png", lambda route: route.continue_())  # what is asked for from now on
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    assert page.locator("h1").bounding_box() == before
    page.locator(".placeholder.done").wait_for()
    assert page.locator("figure a img").evaluate("image => image.naturalWidth") > 0


def test_the_phone_gets_the_medium(browser: Any, put: Put) -> None:
    image = put("iphone-gps-8mp.jpg")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(image["url_viewer"])
    page.wait_for_load_state("load")
    assert (
        page.locator("figure a img").evaluate("image => image.currentSrc") == image["medium"]["url"]
    )
    box = page.locator("figure a img").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    context.close()


def test_nsfw_is_hidden_until_asked_for(page: Any, put: Put) -> None:
    page.goto(put("plain.jpg", nsfw="1")["url_viewer"])
    veil = page.get_by_text("Not safe for work. Show it")
    assert veil.is_visible()
    page.keyboard.press("Tab")
    page.focus("#unveil")
    page.keyboard.press("Space")
    assert veil.is_hidden()


def test_two_links_in_sight_and_the_codes_folded(page: Any, put: Put) -> None:
    image = put("plain.jpg", title="Cup")
    page.goto(image["url_viewer"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for name, value in (("Page link", image["url_viewer"]), ("Image link", image["url"])):
        assert page.get_by_label(name, exact=True).input_value() == value
        page.get_by_role("button", name=f"Copy: {name}").click()
        page.wait_for_function(
            "value => navigator.clipboard.readText().then(text => text === value)",
            arg=value,
            polling=POLLING,
        )
    assert page.get_by_role("button", name="Copy:").count() == 2
    for name, count in (("More links", 3), ("HTML", 4), ("Markdown", 4), ("BBCode", 4)):
        group = page.locator("details", has=page.locator("summary", has_text=name))
        group.locator("summary").focus()
        page.keyboard.press("Enter")
        assert group.get_by_role("button", name="Copy:").count() == count
    page.get_by_role("button", name="Copy: Medium size, linked to the page").nth(1).click()
    code = f"[![Cup]({image['medium']['url']})]({image['url_viewer']})"
    page.wait_for_function(
        "code => navigator.clipboard.readText().then(text => text === code)",
        arg=code,
        polling=POLLING,
    )


def test_share_and_qr(page: Any, put: Put) -> None:
    image = put("plain.jpg")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(image["url_viewer"])
    page.get_by_role("link", name="Share").click()
    assert page.evaluate("window.shared.url") == image["url_viewer"]
    page.get_by_role("link", name="QR code").click()
    code = page.get_by_role("img", name="QR code of")
    code.wait_for()
    page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 0", polling=POLLING)


def test_the_owner_edits_in_place(logged_in: Any, put: Put) -> None:
    page, image = logged_in, put("plain.jpg", tags="old")
    page.goto(image["url_viewer"])
    page.get_by_role("link", name="Edit").click()
    edit = page.get_by_role("dialog", name="Edit")
    edit.get_by_label("Title").fill("Better name")
    edit.get_by_label("Tags").fill("one, two")
    edit.get_by_label("Alt text").fill("A cup")
    edit.get_by_label("Expires").select_option("P1W")
    edit.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Better name").wait_for()
    page.get_by_text("Saved.").wait_for()
    page.locator("main").get_by_text("Expires").first.wait_for()
    assert page.locator(".tags a").all_text_contents() == ["one", "two"]
    assert page.locator("figure a img").get_attribute("alt") == "A cup"


def test_a_new_delete_link(logged_in: Any, put: Put) -> None:
    page, image = logged_in, put("plain.jpg")
    page.goto(image["url_viewer"])
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="New delete link").click()
    link = page.input_value("#delete-link")
    assert page.url == image["url_viewer"]
    page.reload()
    assert page.locator("#delete-link").count() == 0
    assert requests.delete(image["delete_url"], timeout=10).status_code == 404
    assert requests.delete(link, timeout=10).status_code == 200


def test_light_and_dark(page: Any, server: Server) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(server.base + "/login")

    def ground() -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    light = ground()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Dark").click()
    dark = ground()
    assert dark != light
    page.reload()
    assert ground() == dark  # remembered
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Light").click()
    assert ground() == light
    page.emulate_media(color_scheme="dark")
    assert ground() == dark  # the system is followed again


def test_search_from_any_page(logged_in: Any, put: Put) -> None:
    put("plain.jpg", title="Zanzibar harbour")
    logged_in.fill("[name=q]", "zanzibar")
    logged_in.keyboard.press("Enter")
    logged_in.get_by_role("heading", name="Search: zanzibar").wait_for()
    assert logged_in.get_by_role("link", name="Zanzibar harbour").count() == 1
