"""From an invitation to the first upload, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import PASSWORD, Server, sample
from tests.e2e.conftest import violations

pytestmark = pytest.mark.browser

MOST_STEPS = 8  # taps and fields: under a minute, also with two thumbs


class Steps:
    """Does what a person does with a page, and counts it."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def tap(self, text: str) -> None:
        self.count += 1
        self.page.locator(f"main :is(a, button):has-text('{text}'):visible").first.click()

    def fill(self, label: str, text: str) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)


def test_from_an_invitation_to_the_first_upload(
    page: Any, make_server: Callable[..., Server]
) -> None:
    server = make_server(SIGN_UP="invitation")
    page.set_viewport_size({"width": 390, "height": 844})
    steps = Steps(page)
    page.goto(server.base + server.command("user", "invite", "--note", "Grandma"))
    assert violations(page) == []
    steps.fill("Name to log in with", "grandma")
    steps.fill("Password", PASSWORD)
    steps.fill("Confirm password", PASSWORD)
    steps.tap("Create account")
    page.wait_for_url("**/settings/phone")
    assert violations(page) == []
    steps.tap("Upload your first photos")
    page.wait_for_selector(".uploader.scripted")
    steps.count += 1
    page.set_input_files("#files", sample("plain.jpg"))
    page.locator("[data-start]").wait_for()
    steps.count += 1
    page.click("[data-start]")
    page.wait_for_selector(".item[data-state=done]")
    assert steps.count <= MOST_STEPS
    assert "grandma" in server.command("user", "list")


def test_a_phone_is_connected_by_one_tap(page: Any, make_server: Callable[..., Server]) -> None:
    server = make_server(SIGN_UP="invitation")
    agent = "Mozilla/5.0 (Linux; Android 15) Chrome Mobile Safari"
    page = page.context.browser.new_context(user_agent=agent).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.base + server.command("user", "invite"))
    steps = Steps(page)
    steps.fill("Name to log in with", "grandpa")
    steps.fill("Password", PASSWORD)
    steps.fill("Confirm password", PASSWORD)
    steps.tap("Create account")
    steps.tap("Connect this Android phone")
    text = page.locator("textarea").first.input_value()
    key = re.search(r"chv_\w{6}_\w{128}", text)
    assert key and steps.count == 5
    with sample("plain.jpg").open("rb") as source:
        answer = page.request.post(
            server.base + "/api/1/upload",
            headers={"X-API-Key": key[0]},
            multipart={
                "source": {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": source.read()}
            },
        )
    assert answer.status == 200
    page.wait_for_selector("text=It works.", timeout=15_000)
