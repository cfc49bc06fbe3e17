"""A tab that is open when its log-in ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import PASSWORD, Server
from tests.e2e.test_upload_page import choose
from tests.e2e.test_upload_queue import log_in_on
from tests.sessions import browser_cookies

pytestmark = pytest.mark.browser

LOOK = "() => dispatchEvent(new Event('focus'))"
LATER = "() => { const now = performance.now(); performance.now = () => now + 60_000; }"
DIALOG = "#logged-out[open]"


@pytest.fixture
def bob(page: Any, server: Server, server_key: str) -> Any:
    """A page on which bob is logged in; the site has another admin."""
    if "bob" not in server.command("user", "list"):
        server.command("user", "create", "bob", "--password-stdin", stdin=PASSWORD)
    server.command("user", "unban", "bob")
    page.context.add_cookies(browser_cookies(server.base, "bob"))
    return page


def test_a_ban_empties_an_open_tab_at_once(bob: Any, server: Server) -> None:
    bob.goto(server.base + "/settings")
    bob.fill("[name=display_name]", "Bobby")
    bob.evaluate(LOOK)
    assert bob.locator("main h1").is_visible()
    server.command("user", "ban", "bob")
    bob.evaluate(LOOK)
    bob.locator(DIALOG).wait_for()
    assert bob.locator("main h1").is_hidden() and bob.locator("header.top").is_hidden()
    bob.keyboard.press("Escape")
    assert bob.locator(DIALOG).is_visible()
    server.command("user", "unban", "bob")
    bob.context.add_cookies(browser_cookies(server.base, "bob"))
    bob.evaluate(LOOK)
    bob.locator("main h1").wait_for()
    assert bob.locator(DIALOG).count() == 0
    assert bob.input_value("[name=display_name]") == "Bobby"
    bob.get_by_role("button", name="Save").click()  # with the token of the new log-in
    bob.get_by_text("Saved.").wait_for()


def test_a_form_that_is_sent_after_a_ban_keeps_what_was_entered(bob: Any, server: Server) -> None:
    """Also where the tab has not noticed yet."""
    bob.goto(server.base + "/settings")
    bob.fill("[name=bio]", "I was here")
    server.command("user", "ban", "bob")
    bob.evaluate(LATER)
    bob.get_by_role("button", name="Save").click()
    bob.locator(DIALOG).wait_for()
    assert bob.url == server.base + "/settings"
    assert bob.input_value("[name=bio]") == "I was here"


def test_an_upload_after_a_ban_is_refused_and_keeps_its_place(bob: Any, server: Server) -> None:
    bob.goto(server.base + "/")
    bob.wait_for_selector(".uploader.scripted")
    choose(bob, "plain.jpg")
    server.command("user", "ban", "bob")
    bob.evaluate(LOOK)
    bob.click("[data-start]")
    bob.get_by_text("You have been logged out. Your files stay here.").wait_for()
    assert bob.locator(DIALOG).count() == 0
    assert bob.locator(".item[data-state=waiting]").is_visible()
    assert bob.locator("header.top").is_hidden()
    bob.problems.clear()


def test_a_tab_of_another_account_is_loaded_anew(bob: Any, server: Server) -> None:
    bob.goto(server.base + "/mine")
    other = bob.context.new_page()
    other.goto(server.base + "/explore")
    other.context.clear_cookies()
    log_in_on(other, server)
    other.wait_for_selector(".uploader.scripted")
    bob.locator("body[data-account=ann]").wait_for()  # the other tab told it to look
