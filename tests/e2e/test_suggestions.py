"""Suggestions below a field, by keyboard and by click."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import POLLING, Server
from tests.e2e.test_media_page import Put

pytestmark = pytest.mark.browser


def test_a_search_is_completed_by_keyboard(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    put("plain.jpg", title="Quokka on a rock", tags="quokka, quay")
    page.goto(server.base + "/explore")
    field = page.locator(".top [name=q]")
    field.focus()
    page.keyboard.type("quok")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert [one.inner_text().split("\n")[0] for one in options.all()] == [
        "quokka",
        "Quokka on a rock",
    ]
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowUp")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true" and "rock" in active.inner_text()
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false" and options.count() == 0
    page.keyboard.type("k")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tag/quokka")
    # without a choice, Enter searches for what was typed
    field.fill("quo")
    options.first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=quo")


def test_tags_are_completed_between_commas(logged_in: Any, put: Put) -> None:
    page = logged_in
    page.goto(put("plain.jpg", tags="quokka")["url_viewer"])
    page.get_by_role("link", name="Edit").click()
    field = page.get_by_role("dialog", name="Edit").locator("[name=tags]")
    field.fill("sea, quo")
    option = page.get_by_role("option", name="quokka")
    option.wait_for()
    option.click()
    assert field.input_value() == "sea, quokka, "
    assert page.evaluate("document.activeElement.name") == "tags"
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tags a')].length === 2", polling=POLLING
    )


def test_a_tag_of_the_search_form_is_completed(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    put("plain.jpg", tags="quokka")
    page.goto(server.base + "/search")
    field = page.get_by_label("Tag", exact=True)
    field.press_sequentially("quo")
    page.get_by_role("option", name="quokka").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == "quokka"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=tag:quokka")
