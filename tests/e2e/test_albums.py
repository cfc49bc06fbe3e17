"""Albums in a browser: made, arranged by drag and by keyboard, opened with a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import POLLING, Server

pytestmark = pytest.mark.browser

NAMES = "els => els.map((el) => el.dataset.name)"
LOADED = """([where, file]) => [...document.querySelectorAll(where)]
  .some((one) => one.naturalWidth && one.currentSrc.includes(file))"""
Put = Callable[..., dict[str, Any]]


def create(page: Any, server: Server, name: str, **choices: str) -> str:
    """An album; its id."""
    page.goto(server.base + "/albums/new")
    page.fill("main [name=name]", name)
    page.check(f"main [name=visibility][value={choices.get('visibility', 'unlisted')}]")
    if "password" in choices:
        page.fill("main [name=password]", choices["password"])
    page.select_option("main [name=sort]", choices.get("sort", "uploaded"))
    page.click("main .button:has-text('Create album')")
    page.wait_for_url("**/album/*")
    return str(page.url.rpartition(".")[2])


def order(page: Any) -> list[str]:
    found: list[str] = page.locator("[data-arrange] > li").evaluate_all(NAMES)
    return found


def test_arranging_by_drag_and_by_keyboard(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    album = create(page, server, "By hand")
    for name in ("a", "b", "c"):
        put("pixel.png", title=name, album_id=album)
    page.goto(f"{server.base}/album/{album}/arrange")
    assert order(page) == ["a", "b", "c"]
    handle = page.locator("li[data-name=a] [data-handle]").bounding_box()
    target = page.locator("li[data-name=c]").bounding_box()
    page.mouse.move(handle["x"] + 9, handle["y"] + 9)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + 60, steps=8)
    with page.expect_response("**/arrange"):
        page.mouse.up()
    assert order(page) == ["b", "c", "a"]
    page.locator(".toast", has_text="Moved to place 3").wait_for()
    page.reload()
    assert order(page) == ["b", "c", "a"]
    button = page.get_by_role("button", name="Move earlier: a")
    button.focus()
    for expected in (["b", "a", "c"], ["a", "b", "c"]):
        with page.expect_response("**/arrange"):
            page.keyboard.press("Enter")
        assert order(page) == expected
        assert button.evaluate("el => el === document.activeElement")
    page.reload()
    assert order(page) == ["a", "b", "c"]


def test_a_drag_that_is_given_up_changes_nothing(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    album = create(page, server, "Given up")
    for name in ("a", "b"):
        put("pixel.png", title=name, album_id=album)
    page.goto(f"{server.base}/album/{album}/arrange")
    handle = page.locator("li[data-name=a] [data-handle]")
    box, target = handle.bounding_box(), page.locator("li[data-name=b]").bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + 60, steps=8)
    assert order(page) == ["b", "a"]
    handle.dispatch_event("pointercancel")
    assert order(page) == ["a", "b"]
    page.mouse.up()
    page.reload()
    assert order(page) == ["a", "b"]


def test_a_password_field_shows_only_where_one_is_wanted(logged_in: Any, server: Server) -> None:
    page = logged_in
    page.goto(server.base + "/albums/new")
    field = page.locator("main [name=password]")
    assert not field.is_visible()
    page.check("main [name=visibility][value=password]")
    assert field.is_visible()


def test_a_visitor_enters_the_password(
    logged_in: Any, server: Server, put: Put, browser: Any
) -> None:
    album = create(logged_in, server, "Locked", visibility="password", password="lighthouse")
    put("plain.jpg", title="Only here", album_id=album)
    context = browser.new_context(base_url=server.base)
    page = context.new_page()
    page.goto(f"/album/{album}")
    assert page.title().startswith("Album with a password")
    page.fill("#password", "lighthouse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/album/Locked.*")
    page.click(".rows a")  # in place, then as a page
    page.wait_for_url(f"**/album/Locked.{album}/*")
    file = f"/album/{album}/file/"
    page.wait_for_function(LOADED, arg=[".pswp img", file], polling=POLLING)
    page.reload()
    page.wait_for_function(LOADED, arg=[".stage img", file], polling=POLLING)
    context.close()
