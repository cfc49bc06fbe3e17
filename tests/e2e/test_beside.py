"""Previous and next on the page of a file, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.test_viewer import CURRENT, member, open_tile, settled, wait_for_path

pytestmark = pytest.mark.browser
Put = Callable[..., dict[str, Any]]

__all__ = ["member"]  # a fixture


def test_arrow_keys_lead_on(server: Server, put: Put, member: Any) -> None:
    page = member
    first, second = (put(title=title)["path_viewer"] for title in ("first", "second"))
    page.goto(server.base + second)
    page.keyboard.press("ArrowRight")
    wait_for_path(page, first)
    page.wait_for_load_state("load")
    page.locator("[data-dialog='#edit']").click()
    page.locator("#edit [name=title]").press("ArrowLeft")  # moves in the text
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    wait_for_path(page, second)
    page.get_by_role("link", name="Next", exact=True).click()
    wait_for_path(page, first)


def test_who_came_from_a_listing_stays_in_it(server: Server, put: Put, member: Any) -> None:
    page = member
    paths = [put(title=f"{letter} pear")["path_viewer"] for letter in "cab"]
    put(title="z")
    page.goto(server.base + "/mine?sort=name")
    tiles = page.locator(".rows a").evaluate_all("(all) => all.map((a) => a.pathname)")
    ours = [path for path in tiles if path in paths]
    assert ours == [paths[1], paths[2], paths[0]]
    open_tile(page, tiles.index(ours[1]))
    settled(page)
    page.locator(CURRENT).wait_for()
    page.get_by_role("link", name="Details").click()
    page.locator("article.viewer").wait_for()
    page.wait_for_load_state("load")
    page.keyboard.press("ArrowRight")
    wait_for_path(page, ours[2])
    page.wait_for_load_state("load")
    page.keyboard.press("ArrowLeft")
    wait_for_path(page, ours[1])
    page.wait_for_load_state("load")
    page.keyboard.press("ArrowLeft")
    wait_for_path(page, ours[0])


def test_nobody_else_in_the_tab_gets_the_listing(server: Server, put: Put, member: Any) -> None:
    """Its paths have titles in them."""
    page = member
    put(title="z secret", visibility="private")
    page.goto(server.base + "/mine")
    stored = "() => sessionStorage.getItem('listing')"
    page.goto(server.base + "/settings")
    assert "secret" in page.evaluate(stored)
    page.locator("header .menu summary").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_load_state("load")
    assert page.evaluate(stored) is None
