"""The network takes the answer away after the server has the file: one upload, whatever the queue
does by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.conftest import Server
from tests.e2e.proxy import LosingProxy
from tests.e2e.test_upload_page import DONE, choose, settle

pytestmark = pytest.mark.browser


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(GUEST_UPLOADS="true")


@pytest.fixture
def losing(server: Server) -> Iterator[Callable[..., LosingProxy]]:
    made: list[LosingProxy] = []

    def make(**how: Any) -> LosingProxy:
        made.append(LosingProxy(server.base, "/upload", **how))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


def upload_through(page: Any, proxy: LosingProxy, *names: str) -> None:
    page.goto(proxy.base + "/")
    page.wait_for_selector(".uploader.scripted")
    choose(page, *names)
    page.click("[data-start]")
    settle(page, len(names))
    page.problems.clear()  # ERR_EMPTY_RESPONSE


def count(server: Server) -> int:
    with sqlite3.connect(server.data / "keepsake.sqlite3") as database:
        number: int = database.execute("SELECT count(*) FROM upload").fetchone()[0]
        return number


@pytest.mark.parametrize("early", [False, True])
def test_a_lost_answer_makes_no_double(
    early: bool, page: Any, server: Server, losing: Callable[..., LosingProxy]
) -> None:
    proxy = losing(early=early)
    upload_through(page, proxy, "iphone-gps-8mp.jpg")
    assert proxy.lost == 1 and page.locator(DONE).count() == 1 and count(server) == 1
    assert page.locator(".item").get_attribute("data-verified") == "true"
    assert "Removed: location" in page.locator(".item .state").text_content()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-more] summary")
    page.get_by_role("button", name="Copy delete links").click()
    page.locator(".toast", has_text="1 delete link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    # it is a link that works
    assert requests.delete(link, timeout=10).status_code == 200 and count(server) == 0


def test_the_same_file_twice_is_two_uploads(
    page: Any, server: Server, losing: Callable[..., LosingProxy]
) -> None:
    proxy = losing(lose=2)
    upload_through(page, proxy, "alpha.png", "alpha.png", "plain.jpg")
    assert proxy.lost == 2 and page.locator(DONE).count() == 3 and count(server) == 3
    links = {link.input_value() for link in page.locator(".item .link").all()}
    assert len(links) == 3


def test_each_third_answer_is_lost(
    page: Any, server: Server, losing: Callable[..., LosingProxy]
) -> None:
    """Nine files, of which some have the same bytes."""
    before = count(server)
    proxy = losing(lose=100, every=3)
    names = ("alpha.png", "plain.jpg", "pixel.png")
    upload_through(page, proxy, *names * 3)
    assert proxy.lost >= 3 and page.locator(DONE).count() == 9 and count(server) == before + 9


def test_a_page_that_was_loaded_anew_makes_no_double(
    page: Any, server: Server, losing: Callable[..., LosingProxy]
) -> None:
    """The same file is chosen again: it has the key of the first time."""
    before = count(server)
    proxy = losing(lose=1)
    for tries in range(2):
        page.goto(proxy.base + "/")
        page.wait_for_selector(".uploader.scripted")
        choose(page, "plain.jpg")
        page.once("dialog", lambda dialog: dialog.accept())
        page.click("[data-start]")
        if not tries:
            page.locator(".item[data-state=resting]").wait_for()
    settle(page, 1)
    page.problems.clear()
    assert page.locator(DONE).count() == 1 and count(server) == before + 1


def test_a_person_who_presses_retry_makes_no_double_either(
    page: Any, server: Server, losing: Callable[..., LosingProxy]
) -> None:
    proxy = losing(lose=1)
    page.goto(proxy.base + "/")
    page.wait_for_selector(".uploader.scripted")
    choose(page, "plain.jpg")
    page.click("[data-start]")
    page.locator(".item[data-state=resting]").wait_for()
    page.locator(".item").get_by_role("button", name="Cancel").click()
    page.locator(".item").get_by_role("button", name="Try again").click()
    settle(page, 1)
    page.locator(DONE).wait_for()
    page.problems.clear()
    assert count(server) == 1
