"""What is another on a touch screen: what it says, and a button for what has no keys there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.test_upload_page import settle

pytestmark = pytest.mark.browser

COPY_PHOTO = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  canvas.getContext("2d").fillRect(0, 0, 4, 4);
  const blob = await new Promise((done) => canvas.toBlob(done));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


@pytest.fixture
def phone(browser: Any, server: Server, cookies: list[dict[str, Any]]) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(server.base + "/")
    page.wait_for_selector(".uploader.scripted")
    yield page
    context.close()


def test_nobody_drops_on_a_phone(phone: Any) -> None:
    assert phone.locator(".drop h2:visible").all_inner_texts() == ["Share photos and videos"]
    assert not phone.get_by_text("paste a screenshot").is_visible()


def test_a_photo_is_pasted(phone: Any) -> None:
    phone.evaluate(COPY_PHOTO)
    phone.get_by_role("button", name="Paste").tap()
    phone.locator(".item", has_text="image.png").wait_for()
    phone.locator("[data-start]").tap()
    settle(phone, 1)
    assert phone.locator(".item[data-state=done]").count() == 1


def test_a_url_is_pasted(phone: Any, server: Server) -> None:
    phone.evaluate("url => navigator.clipboard.writeText(url)", "http://photos.example/a.jpg")
    phone.get_by_role("button", name="Paste").tap()
    phone.locator(".item", has_text="photos.example/a.jpg").wait_for()


def test_what_can_not_be_pasted(phone: Any) -> None:
    phone.evaluate("navigator.clipboard.writeText('just words')")
    phone.get_by_role("button", name="Paste").tap()
    phone.locator(".toast", has_text="Nothing to paste.").wait_for()


def test_a_mouse_has_no_such_button(logged_in: Any) -> None:
    assert logged_in.get_by_role("button", name="Paste").count() == 0
    assert logged_in.locator(".drop h2:visible").all_inner_texts() == [
        "Drop photos and videos here"
    ]
