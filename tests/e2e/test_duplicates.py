"""Duplicates and files that stay while they are used, in a browser, on a phone first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.conftest import violations_in_both

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def ann(
    request: pytest.FixtureRequest, browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> Iterator[Any]:
    context = browser.new_context(
        viewport=request.param, has_touch=request.param == PHONE, base_url=server.base
    )
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


def test_one_is_kept_and_that_undone(ann: Any, put: Put) -> None:
    name = "alpha.png" if ann.viewport_size == PHONE else "pixel.png"
    first = put(name, title="Scan")
    second = put(name, title="Scan again", visibility="public")
    ann.goto("/mine")
    ann.click("main a:has-text('Duplicates')")
    ann.get_by_role("heading", name="2 copies").wait_for()
    assert violations_in_both(ann) == []
    ann.get_by_role("button", name="Keep this one: Scan again").click()
    ann.get_by_text("Nothing here twice").wait_for()
    toast = ann.locator(".toast", has_text="1 file merged")
    toast.wait_for()
    assert ann.context.request.get(first["url_viewer"]).url == second["url_viewer"]
    toast.get_by_role("button", name="Undo").click()
    ann.locator(".toast", has_text="Undone").wait_for()
    ann.goto("/duplicates")
    assert ann.locator(".twins li").count() == 2
    assert ann.context.request.get(first["url_viewer"]).url == first["url_viewer"]
    ann.get_by_role("button", name="Keep this one: Scan", exact=True).click()
    ann.get_by_text("Nothing here twice").wait_for()


def test_without_scripts(unscripted: Any, put: Put) -> None:
    for name in ("still.webp", "still.webp", "cmyk.jpg", "cmyk.jpg"):
        put(name)
    unscripted.goto("/duplicates")
    assert unscripted.locator(".twins").count() == 2
    unscripted.click("summary:has-text('Keep one of each')")
    unscripted.click("button:has-text('Keep the oldest of each')")
    assert unscripted.locator(".toast", has_text="2 files merged").is_visible()
    unscripted.click(".toast button:has-text('Undo')")
    unscripted.goto("/duplicates")
    assert unscripted.locator(".twins").count() == 2
    unscripted.click("summary:has-text('Keep one of each')")
    unscripted.click("button:has-text('Keep the oldest of each')")


def test_a_file_that_stays_while_it_is_used(ann: Any, put: Put) -> None:
    title = f"Coffee of {ann.viewport_size['width']}"
    image = put("plain.jpg", title=title, expiration="P1D")
    ann.goto(image["path_viewer"])
    ann.get_by_role("link", name="Edit").click()
    dialog = ann.locator("dialog[open]")
    dialog.locator("[name=expiration]").select_option("unused:P90D")
    dialog.get_by_role("button", name="Save").click()
    ann.get_by_text("Deleted when nobody has looked at it for 90 days").wait_for()
    assert violations_in_both(ann) == []
    ann.goto("/mine")
    told = ann.locator("main a", has_text=title).get_by_text("at the earliest")
    assert told.count() == 1
