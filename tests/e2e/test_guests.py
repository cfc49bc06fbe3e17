"""A guest's own list on a phone: found again after the browser was closed, edited, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.conftest import violations_in_both
from tests.e2e.test_upload_page import choose, settle

pytestmark = pytest.mark.browser


def on_a_phone(browser: Any, kept: list[Any]) -> Any:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(15_000)
    context.add_cookies(kept)
    return context.new_page()


def test_a_guest_finds_edits_and_deletes_what_they_sent(
    browser: Any, make_server: Callable[..., Server]
) -> None:
    server = make_server(GUEST_UPLOADS="true")
    page = on_a_phone(browser, [])
    page.goto(server.base + "/")
    page.wait_for_selector(".uploader.scripted")
    assert page.get_by_text("Up to 20 MB a file. Deleted after 30 days.").is_visible()
    choose(page, "plain.jpg", "pixel.png")
    page.click("[data-start]")
    settle(page, 2)
    kept = [one for one in page.context.cookies() if one["expires"] > 0 and one["name"] == "guest"]
    assert len(kept) == 1 and kept[0]["httpOnly"] and kept[0]["sameSite"] == "Lax"
    page.context.close()

    page = on_a_phone(browser, kept)  # closed and opened again: the session is gone
    page.goto(server.base + "/mine")
    assert page.locator(".rows li").count() == 2
    assert violations_in_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".rows li a").first.click()
    page.locator(".pswp").wait_for()
    page.goto(page.locator(".rows li a").first.get_attribute("href"))
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Title").fill("A small boat")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="A small boat").wait_for()
    page.locator(".headline .menu summary").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("“A small boat” deleted.").wait_for()
    page.goto(server.base + "/mine")
    assert page.locator(".rows li").count() == 1
    page.context.close()

    stranger = on_a_phone(browser, [])
    stranger.goto(server.base + "/mine")
    assert stranger.get_by_text("Nothing uploaded in this browser.").is_visible()
    stranger.context.close()
