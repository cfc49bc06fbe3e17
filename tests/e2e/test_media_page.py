"""The media page as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.conftest import Server

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


def test_click_to_zoom(page: Any, put: Put) -> None:
    image = put("plain.jpg")
    page.goto(image["url_viewer"])
    page.locator("a.zoom").click()
    page.locator("dialog.zoomed[open] img").wait_for()
    assert page.locator("dialog.zoomed img").get_attribute("src") == image["url"]
    page.keyboard.press("Escape")
    assert page.locator("dialog.zoomed[open]").count() == 0


def test_nsfw_is_hidden_until_asked_for(page: Any, put: Put) -> None:
    page.goto(put("plain.jpg", nsfw="1")["url_viewer"])
    veil = page.get_by_text("Not safe for work. Show it")
    assert veil.is_visible()
    page.keyboard.press("Tab")
    page.focus("#unveil")
    page.keyboard.press("Space")
    assert veil.is_hidden()


def test_codes_in_tabs_each_with_a_copy_button(page: Any, put: Put) -> None:
    image = put("plain.jpg", title="Cup")
    page.goto(image["url_viewer"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert page.get_by_role("tab", selected=True).text_content() == "Links"
    page.get_by_role("tab", name="Links").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    panel = page.get_by_role("tabpanel")
    assert (
        page.get_by_role("tab", selected=True).text_content() == "Markdown" and panel.count() == 1
    )
    panel.get_by_role("button", name="Copy: Medium linked").click()
    page.locator(".toast", has_text="Copied").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == f"[![Cup]({image['medium']['url']})]({image['url_viewer']})"
    )
    for name in ("Links", "HTML", "BBCode"):
        page.get_by_role("tab", name=name).click()
        assert page.get_by_role("tabpanel").get_by_role("button", name="Copy:").count() == 4


def test_share_and_qr(page: Any, put: Put) -> None:
    image = put("plain.jpg")
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(image["url_viewer"])
    page.get_by_role("button", name="Share").click()
    assert page.evaluate("window.shared.url") == image["url_viewer"]
    page.get_by_role("button", name="QR code").click()
    code = page.get_by_role("img", name="QR code of")
    code.wait_for()
    page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 0")


def test_the_owner_edits_in_place(logged_in: Any, put: Put) -> None:
    page, image = logged_in, put("plain.jpg", tags="old")
    page.goto(image["url_viewer"])
    page.get_by_role("button", name="Edit").click()
    edit = page.get_by_role("dialog", name="Edit")
    edit.get_by_label("Title").fill("Better name")
    edit.get_by_label("Tags").fill("one, two")
    edit.get_by_label("Alt text").fill("A cup")
    edit.get_by_label("Delete after").select_option("P1W")
    edit.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Better name").wait_for()
    assert page.get_by_text("Saved.").is_visible() and page.get_by_text("Gone on").is_visible()
    assert page.locator(".tags a").all_text_contents() == ["one", "two"]
    assert page.locator("figure a img").get_attribute("alt") == "A cup"


def test_the_owner_deletes_after_a_question(logged_in: Any, put: Put, server: Server) -> None:
    page, image = logged_in, put("plain.jpg", title="Going")
    page.goto(image["url_viewer"])
    page.get_by_role("button", name="Delete", exact=True).click()
    page.keyboard.press("Escape")
    assert requests.get(image["url"], timeout=10).status_code == 200
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url(server.base + "/")
    assert page.get_by_text("“Going” is gone").is_visible()
    assert requests.get(image["url"], timeout=10).status_code == 404


def test_a_new_delete_link(logged_in: Any, put: Put) -> None:
    page, image = logged_in, put("plain.jpg")
    page.goto(image["url_viewer"])
    page.get_by_role("button", name="Make a new delete link").click()
    link = page.input_value("#delete-link")
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
    assert logged_in.get_by_role("img", name="Zanzibar harbour").count() == 1
