"""What a careful look finds on pages: what is there twice, too tight, or not in line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.test_media_page import Put

pytestmark = pytest.mark.browser
ROOM = """() => Math.min(...[...document.querySelectorAll(".actions .button")].map((button) => {
    const text = document.createRange();
    text.selectNodeContents(button);
    return button.clientWidth - text.getBoundingClientRect().width;
}))"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/nowhere", "/search?q=lake"])
def test_one_way_to_search(
    path: str, width: int, browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.context.add_cookies(cookies)
    page.goto(server.base + path)
    assert page.locator("input[type=search]:visible").count() == 1
    page.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_labels_of_actions_have_room(width: int, logged_in: Any, put: Put) -> None:
    logged_in.set_viewport_size({"width": width, "height": 900})
    logged_in.goto(put("plain.jpg")["url_viewer"])
    assert logged_in.evaluate(ROOM) >= 12


def test_the_edit_form_has_two_even_columns(logged_in: Any, put: Put) -> None:
    logged_in.set_viewport_size({"width": 1440, "height": 900})
    logged_in.goto(put("plain.jpg")["url_viewer"])
    logged_in.get_by_role("link", name="Edit").click()
    boxes = [
        logged_in.locator(f"#edit .field:has([name={name}])").bounding_box()
        for name in ("title", "expiration", "tags", "nsfw")
    ]
    assert len({round(box["width"]) for box in boxes}) == 1
    assert [box["x"] for box in boxes[:2]] == [box["x"] for box in boxes[2:]]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[2]["y"] == boxes[3]["y"]


def test_text_begins_alike_in_inputs_and_selects(logged_in: Any, put: Put) -> None:
    logged_in.goto(put("plain.jpg")["url_viewer"])
    padding = "e => parseFloat(getComputedStyle(e).paddingInlineStart)"
    inside = 4  # of a select, by the browser
    assert logged_in.locator("#change-title").evaluate(padding) == inside + logged_in.locator(
        "#change-expiration"
    ).evaluate(padding)
