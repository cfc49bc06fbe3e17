"""The viewer over a listing of several pages: it goes on through them, and comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import POLLING, Server, sample
from tests.e2e.test_mine import COUNT, library, open_library
from tests.e2e.test_viewer import CLOSED, CURRENT, member, open_tile, settled, wait_for_path
from tests.looks.jumps import act, jumps

pytestmark = pytest.mark.browser

__all__ = ["library", "member"]  # fixtures


@pytest.mark.parametrize("way", ["Escape", "back", "button"])
def test_it_opens_and_comes_back(way: str, library: Server, member: Any) -> None:
    page = member
    page.route("**/images/**", lambda route: route.fulfill(path=sample("plain.jpg")))
    open_library(page, library)
    page.locator(".rows a").nth(20).scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place
    scripts = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    before = page.title()
    with act(page):
        path = open_tile(page, 20)
        settled(page)
    assert page.title() == page.locator(".pswp__caption").inner_text().splitlines()[0]
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    with act(page):
        if way == "back":
            page.go_back()
        elif way == "button":
            page.get_by_role("button", name="Close").click()
        else:
            page.keyboard.press("Escape")
        page.wait_for_function(CLOSED, polling=POLLING)
        wait_for_path(page, "/mine")
    assert page.evaluate("scrollY") == place and page.title() == before
    assert page.evaluate("document.activeElement.pathname") == path
    assert not [name for name in scripts if "photoswipe" in name] or way != "Escape"
    with act(page):
        page.go_forward()
        page.locator(CURRENT).wait_for()
        wait_for_path(page, path)
    assert not jumps(page)
    page.reload()  # the address is that of a page
    assert page.locator("article.viewer h1").inner_text()
    page.go_back()
    page.wait_for_function("() => location.pathname === '/mine' && scrollY", polling=POLLING)


def test_it_goes_through_all_pages_of_the_listing(library: Server, member: Any) -> None:
    page = member
    page.route("**/images/**", lambda route: route.fulfill(path=sample("pixel.png")))
    open_library(page, library)
    page.locator(".rows a").nth(20).evaluate("(tile) => tile.click()")  # without scrolling there
    page.wait_for_function("() => location.pathname !== '/mine'", polling=POLLING)
    settled(page)
    ids = [page.evaluate("location.pathname")]
    for _ in range(110):  # past the 60 of the page, and the next 60
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(last) => location.pathname !== last", arg=ids[-1], polling=POLLING)
        ids.append(page.evaluate("location.pathname"))
        page.wait_for_function(
            "() => !document.querySelector('[data-next][aria-busy]')", polling=POLLING
        )
    assert len(set(ids)) == 111
    assert page.locator(".rows li").count() == COUNT
    page.keyboard.press("ArrowLeft")
    wait_for_path(page, ids[-2])
    page.keyboard.press("Escape")
    page.wait_for_function(CLOSED, polling=POLLING)
    wait_for_path(page, "/mine")  # and what was seen last is in sight
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 < top < 900
