"""Duplicates and files that stay while they are used, in a browser, on a phone first."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

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


@pytest.fixture
def twice(put: Put, tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Sends a new file twice, the second one for more people."""

    def send(title: str) -> list[dict[str, Any]]:
        path = tmp_path / f"{title}.png"
        Image.frombytes("RGB", (60, 40), secrets.token_bytes(60 * 40 * 3)).save(path)
        return [put(path, title=title), put(path, title=f"{title} again", visibility="public")]

    return send


def copies(page: Any, title: str) -> int:
    count: int = page.locator(".twins li", has_text=title).count()
    return count


def test_one_is_kept_and_that_undone(ann: Any, twice: Callable[[str], Any]) -> None:
    title = f"Scan of {ann.viewport_size['width']}"
    first, second = twice(title)
    ann.goto("/mine")
    ann.click("main a:has-text('Duplicates')")
    ann.get_by_role("heading", name="2 copies").first.wait_for()
    assert violations_in_both(ann) == []
    assert copies(ann, title) == 2
    assert not ann.get_by_role("button", name=f"Keep this one: {title}", exact=True).count()
    ann.get_by_role("button", name=f"Keep this one: {title} again").click()
    toast = ann.locator(".toast", has_text="1 file merged")
    toast.wait_for()
    assert copies(ann, title) == 0
    assert ann.context.request.get(first["url_viewer"]).url == second["url_viewer"]
    toast.get_by_role("button", name="Undo").click()
    ann.locator(".toast", has_text="Undone").wait_for()
    ann.goto("/duplicates")
    assert copies(ann, title) == 2
    assert ann.context.request.get(first["url_viewer"]).url == first["url_viewer"]


def test_without_scripts(unscripted: Any, twice: Callable[[str], Any]) -> None:
    twice("Receipt")
    twice("Letter")

    def keep_one_of_each() -> None:
        unscripted.goto("/duplicates")
        assert [copies(unscripted, one) for one in ("Receipt", "Letter")] == [2, 2]
        unscripted.click("summary:has-text('Keep one of each')")
        unscripted.click("button:has-text('Keep the oldest of each')")
        assert unscripted.locator(".toast", has_text="files merged").is_visible()
        assert unscripted.get_by_text("Nothing here twice").is_visible()

    keep_one_of_each()
    unscripted.click(".toast button:has-text('Undo')")
    keep_one_of_each()


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
