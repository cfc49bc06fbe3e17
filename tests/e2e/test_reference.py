"""/api: the API explained, with examples to copy and calls to try."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Server, sample

pytestmark = pytest.mark.browser


def test_a_call_is_tried(member: Any, server: Server, put: Any) -> None:
    key = server.command("key", "create", "ann", "--scope", "manage").split()[-1]
    image = put("plain.jpg")
    page = member
    page.goto(server.base + "/api")
    page.locator("#try-key").fill(key)
    card = page.locator("#readUpload")
    card.get_by_text("Try it", exact=True).click()
    card.locator("[data-name=id]").fill(image["id_encoded"])
    with page.expect_request("**/api/2/**") as sent:
        card.get_by_role("button", name="Send").click()
    assert key not in sent.value.url and "cookie" not in sent.value.headers
    card.locator("[data-status]", has_text="200").wait_for()
    assert '"etag"' in card.locator("[data-body]").input_value()
    assert "content-type: application/json" in card.locator("[data-headers]").input_value()
    stored = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location])"
    assert key not in page.evaluate(stored)
    # a file, by a form
    card = page.locator("#createUpload")
    card.get_by_text("Try it", exact=True).click()
    card.locator("[type=file]").set_input_files(sample("pixel.png"))
    card.get_by_role("button", name="Send").click()
    card.locator("[data-status]", has_text="201").wait_for()
    # what is wrong is shown as it comes
    page.locator("#try-key").fill("chv_x_y")
    card.get_by_role("button", name="Send").click()
    card.locator("[data-status]", has_text="401").wait_for()
    page.problems.clear()  # Chromium tells of each answer that is an error


def test_a_key_is_made_for_it(member: Any, server: Server) -> None:
    page = member
    page.goto(server.base + "/api")
    card = page.locator("#listTags")
    card.get_by_text("Try it", exact=True).click()
    card.get_by_role("button", name="Send").click()
    page.get_by_text("Enter a key here first, or make one.").wait_for()
    assert page.evaluate("document.activeElement.id") == "try-key"
    page.get_by_role("button", name="Make a key for this page").click()
    page.get_by_text("Made. It ends in an hour").wait_for()
    card.get_by_role("button", name="Send").click()
    card.locator("[data-status]", has_text="200").wait_for()


def test_an_example_is_copied(page: Any, server: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(server.base + "/api")
    assert not page.locator("[data-trial]").count()
    card = page.locator("#changeUpload")
    card.get_by_role("button", name="Copy: curl, Change an upload").click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("curl -X PATCH") and f"{server.base}/api/2/uploads/" in text
