"""What somebody has here already: the upload page asks before it is uploaded again."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.test_upload_page import DONE, choose

pytestmark = pytest.mark.browser
KNOWN = ".item[data-state=known]"


def count(server: Server) -> int:
    with sqlite3.connect(server.data / "keepsake.sqlite3") as database:
        number: int = database.execute("SELECT count(*) FROM upload").fetchone()[0]
        return number


def send(page: Any, *names: str) -> None:
    page.wait_for_selector(".uploader.scripted")
    choose(page, *names)
    page.click("[data-start]")


def test_it_is_opened_or_kept_twice_by_keyboard(member: Any, server: Server, put: Any) -> None:
    there = put("plain.jpg")
    page = member
    page.add_init_script("window.asksAboutFiles = true")
    page.goto(server.base + "/")
    send(page, "pixel.png", "plain.jpg")
    row = page.locator(KNOWN)
    row.wait_for()
    page.locator(DONE).wait_for()
    assert row.locator(".state").text_content().startswith("You have this already")
    assert count(server) == 2
    link = row.get_by_role("link", name="Open: plain.jpg")
    assert link.get_attribute("href") == there["path_viewer"]
    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.item[data-state=done]').length === 2")
    assert count(server) == 3 and not page.locator(KNOWN).count()


def test_it_is_put_into_the_album_that_is_chosen(member: Any, server: Server, put: Any) -> None:
    """Without a question, and the album's page shows what came once the form is closed."""
    there = put("plain.jpg", title="Lake")
    page, before = member, count(server)
    page.add_init_script("window.asksAboutFiles = true")
    page.goto(server.base + "/albums/new")
    page.fill("main [name=name]", "Holiday")
    page.click("main form button.button:not(.soft)")
    page.wait_for_selector(".album-page")
    page.click("main [data-open-uploader]")
    send(page, "alpha.png", "plain.jpg")
    row = page.locator(KNOWN)
    row.wait_for()
    page.locator(DONE).wait_for()
    assert "It is in the album now." in row.locator(".state").text_content()
    assert count(server) == before + 1
    page.click("#uploader-dialog header form button")
    page.wait_for_function("() => document.querySelectorAll('.rows li').length === 2")
    assert page.locator(f'.rows a[href*="{there["id_encoded"]}"]').count() == 1
