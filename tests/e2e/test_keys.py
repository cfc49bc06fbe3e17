"""The page of API keys as a person uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conftest import Server

pytestmark = pytest.mark.browser


def create(page: Any, server: Server, label: str) -> None:
    page.goto(server.base + "/settings/api")
    page.locator("main [name=label]").fill(label)
    page.get_by_role("button", name="Create key").click()


def test_a_new_key_is_shown_once_and_made_once(member: Any, server: Server) -> None:
    page = member
    create(page, server, "Once")
    assert re.fullmatch(r"chv_\w{6}_\w{128}", page.input_value("#new-key"))
    assert page.url == server.base + "/settings/api"
    assert page.locator("main [name=label]").input_value() == ""
    page.reload()
    assert page.locator("#new-key").count() == 0
    assert page.locator(".keys strong", has_text="Once").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_key_is_revoked_after_a_question(
    script: bool, browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> None:
    context = browser.new_context(java_script_enabled=script)
    context.add_cookies(cookies)
    page = context.new_page()
    create(page, server, f"Ending {script}")
    cell = page.locator(".keys li", has_text=f"Ending {script}")
    button = page.get_by_role("link", name=f"Revoke: Ending {script}")
    height = cell.bounding_box()["height"]
    button.click()
    if script:
        assert cell.bounding_box()["height"] == height
    page.get_by_role("button" if script else "link", name="Cancel").click()
    cell.wait_for()
    button.click()
    page.get_by_role("button", name="Revoke key").click()
    page.get_by_text("Key revoked.").wait_for()
    assert cell.count() == 0
    context.close()
