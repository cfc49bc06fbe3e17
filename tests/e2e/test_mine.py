"""My pictures in a browser: goes on by itself, comes back to the same place, jumps to a month."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from models import connector
from models.upload import PAGE
from services.data_folder import DATABASE
from tests.conftest import POLLING, Server, sample
from tests.looks.jumps import SHIFTS, jumps

pytestmark = pytest.mark.browser

COUNT = 3 * PAGE
NEWEST = datetime(2026, 6, 30, 12)
WHERE = "() => [document.querySelectorAll('.rows li').length, location.search, scrollY]"


@pytest.fixture(scope="module")
def library(server: Server, server_key: str) -> Server:
    """With uploads of several months, each a picture of its own name."""

    answer = requests.post(
        server.base + "/api/1/upload",
        files={"source": sample("plain.jpg").open("rb")},
        headers={"X-API-Key": server_key},
        timeout=30,
    )
    assert answer.status_code == 200
    with contextlib.closing(connector(server.data / DATABASE)()) as database, database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(upload)")]
        own = ("id", "public_id", "name", "title", "rank", "received_at")
        others = ", ".join(column for column in columns if column not in own)
        for number in range(COUNT):
            at = NEWEST - timedelta(days=number)
            database.execute(
                f"INSERT INTO upload (public_id, name, title, rank, received_at, {others}) "  # noqa: S608
                f"SELECT ?, ?, ?, ?, ?, {others} FROM upload WHERE id = 1",
                (f"copy{number:04}", f"copy{number}", f"n{number}", number, f"{at}.000000"),
            )
        database.execute("DELETE FROM upload WHERE id = 1")
    return server


def scroll_to_the_end(page: Any, count: int) -> None:
    """No faster than pages arrive: at an end that is in sight, the last row gets fuller."""
    page.mouse.move(200, 400)
    for _ in range(200):
        if page.locator(".rows li").count() >= count:
            return
        page.mouse.wheel(0, 600)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        page.wait_for_function(
            "() => !document.querySelector('[data-next][aria-busy]')", polling=POLLING
        )
    raise AssertionError(page.evaluate(WHERE))


@pytest.fixture
def member(page: Any, library: Server, cookies: list[dict[str, Any]]) -> Any:
    """A page on which ann is logged in, and every file has a picture, a small one."""
    page.context.add_cookies(cookies)
    page.add_init_script(SHIFTS)
    page.route("**/images/**", lambda route: route.fulfill(path=sample("alpha.png")))
    return page


def open_library(page: Any, library: Server) -> Any:
    page.goto(library.base + "/mine")
    page.wait_for_selector(".rows li")
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_it_goes_on_and_comes_back(width: int, library: Server, member: Any) -> None:
    page = member
    page.set_viewport_size({"width": width, "height": 844})
    open_library(page, library)
    assert page.locator(".rows li").count() == PAGE
    scroll_to_the_end(page, COUNT)
    ids = page.evaluate("[...document.querySelectorAll('.rows a')].map((a) => a.pathname)")
    assert len(set(ids)) == COUNT
    headings = page.locator(".timeline h2").all_inner_texts()
    assert headings == list(dict.fromkeys(headings)) and len(headings) == 6
    assert page.locator("[data-next]").count() == 0
    assert not jumps(page)
    page.wait_for_function("() => location.search.includes('after=')", polling=POLLING)

    path, top = page.evaluate(
        """() => {
            const top = (a) => a.getBoundingClientRect().top;
            const tile = [...document.querySelectorAll(".rows a")].find((a) => top(a) > 100);
            const place = [tile.pathname, top(tile)];
            tile.click();
            return place;
        }"""
    )
    page.wait_for_url(re.compile(r"/image/"))
    page.go_back()
    page.wait_for_function(
        "(path) => [...document.querySelectorAll('.rows a')].some((a) => a.pathname === path)",
        arg=path,
        polling=POLLING,
    )
    page.wait_for_function(
        "([path, top]) => Math.abs([...document.querySelectorAll('.rows a')]"
        ".find((a) => a.pathname === path).getBoundingClientRect().top - top) < 3",
        arg=[path, top],
        polling=POLLING,
    )


def test_a_month_is_a_link(library: Server, member: Any) -> None:
    page = open_library(member, library)
    months = page.locator(".months a")
    assert months.count() == 6 and months.first.inner_text().split() == ["June", "2026", "30"]
    months.nth(3).click()  # not loaded yet
    page.wait_for_selector(".months [data-month='2026-03'][aria-current]")
    assert page.locator(".timeline h2").first.inner_text() == "March 2026"
    months.nth(4).click()  # here already
    page.wait_for_selector(".months [data-month='2026-02'][aria-current]")
    assert page.locator(".timeline h2").first.inner_text() == "March 2026"


def test_it_works_without_scripts(library: Server, unscripted: Any) -> None:
    page = unscripted
    page.goto(library.base + "/mine?sort=taken-oldest")
    seen: list[str] = []
    while True:
        seen += [a.get_attribute("href") for a in page.locator(".rows a").all()]
        link = page.locator("text='Next page'")
        if not link.count():
            break
        with page.expect_event("load"):
            link.click()
    assert len(seen) == len(set(seen)) == COUNT


def test_what_cannot_be_loaded_stays_a_link(library: Server, member: Any) -> None:
    page = member
    page.route(re.compile(r"after="), lambda route: route.abort())
    open_library(page, library)
    with page.expect_event("requestfailed", lambda request: "after=" in request.url):
        page.locator("[data-next]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-next]:not([aria-busy])")
    assert page.locator(".rows li").count() == PAGE
    page.unroute(re.compile(r"after="))
    assert all("ERR_FAILED" in problem for problem in page.problems)
    page.problems.clear()
    page.locator("[data-next]").click()
    page.wait_for_url(re.compile("after="))
