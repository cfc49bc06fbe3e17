"""Deleting without a question, *Undo*, and the bin: on a phone, on a desktop, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.conftest import SAMPLES, Server
from tests.e2e.conftest import violations_in_both
from tests.e2e.test_upload_page import settle

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]


@pytest.fixture(params=[390, 1440])
def page(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """With a finger on a phone, with a mouse on a desktop."""
    is_phone = request.param == 390
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, has_touch=is_phone, is_mobile=is_phone
    )
    yield context.new_page()
    context.close()


def delete(page: Any, image: dict[str, Any]) -> None:
    page.goto(image["url_viewer"])
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text(re.compile("moved to the bin")).wait_for()


def status(image: dict[str, Any]) -> int:
    return requests.get(image["url"], timeout=10).status_code


def test_deleted_and_taken_back(member: Any, put: Put) -> None:
    page, image = member, put("plain.jpg", title="Going")
    delete(page, image)
    assert status(image) == 410
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert status(image) == 200


def test_restored_and_deleted_for_good(member: Any, put: Put, server: Server) -> None:
    page, image, other = member, put("plain.jpg", title="Back"), put("pixel.png", title="Gone")
    delete(page, image)
    delete(page, other)
    page.goto(server.base + "/bin")
    assert not violations_in_both(page)
    page.get_by_role("checkbox", name=re.compile("Back")).check()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("1 file restored.").wait_for()
    assert (status(image), status(other)) == (200, 410)
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("Select the files first.").wait_for()
    page.get_by_role("checkbox", name=re.compile("Gone")).check()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("heading", name="Delete 1 file for good?").wait_for()
    assert not violations_in_both(page)
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("1 file deleted for good.").wait_for()
    page.get_by_text("The bin is empty.").wait_for()
    assert status(other) == 404


def test_without_javascript(unscripted: Any, put: Put, server: Server) -> None:
    page, image = unscripted, put("plain.jpg", title="Plain")
    page.goto(image["url_viewer"])
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    assert status(image) == 200
    page.goto(image["url_viewer"])
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.goto(server.base + "/bin")
    page.get_by_role("checkbox", name=re.compile("Plain")).check()
    page.get_by_role("button", name="Restore").click()
    assert status(image) == 200


def apart(one: Any, other: Any) -> bool:
    """Whether neither covers the other."""
    a, b = one.bounding_box(), other.bounding_box()
    beside = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
    below = a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1
    return bool(beside or below)


def test_offered_back_on_the_upload_page(member: Any, put: Put, server: Server) -> None:
    page, image = member, put("alpha.png", title="Older")
    delete(page, image)
    page.goto(server.base + "/")
    page.wait_for_selector(".uploader.scripted")
    page.set_input_files("#files", [SAMPLES / "alpha.png"])
    page.click("[data-start]")
    settle(page, 1)
    restore = page.get_by_role("button", name=re.compile("Restore from the bin"))
    restore.wait_for()
    row = page.locator(".item[data-state=done]")
    assert apart(restore, row.locator(".item-text")) and apart(restore, row.locator(".link"))
    assert restore.bounding_box()["x"] >= row.bounding_box()["x"]
    assert not violations_in_both(page)
    restore.click()
    page.get_by_text(re.compile("Restored. The file that you just uploaded")).wait_for()
    assert status(image) == 200
