"""A file replaced, compared, put back and rotated in a browser, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Server, path_of, sample
from tests.e2e.conftest import violations_in_both

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
DROP = """async ([selector, name, address]) => {
  const blob = await (await fetch(address)).blob();
  const files = new DataTransfer();
  files.items.add(new File([blob], name, {type: blob.type}));
  const where = document.querySelector(selector);
  const how = {dataTransfer: files, bubbles: true, cancelable: true};
  for (const kind of ["dragenter", "dragover", "drop"])
    where.dispatchEvent(new DragEvent(kind, how));
}"""


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


def pixels(page: Any, address: str) -> list[int]:
    """Width and height of what a live link gives."""
    found: list[int] = page.evaluate(
        """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}""",
        address,
    )
    return found


def test_replaced_compared_and_put_back(ann: Any, put: Put) -> None:
    image = put("canon-40d.jpg", title="Harbor")
    ann.goto(path_of(image["url_viewer"]))
    ann.click("summary:has-text('More'):visible >> nth=0")
    ann.click("text=Replace file")
    ann.get_by_role("heading", name="Versions of Harbor").wait_for()
    ann.set_input_files("#source", sample("screenshot.png"))
    ann.click("[data-replace] button")
    ann.wait_for_url("**/image/**")
    ann.locator(".toast", has_text="File replaced").wait_for()
    assert ann.get_by_text("1920 × 1080").is_visible()
    ann.goto(f"/manage/{image['id_encoded']}/versions")
    ann.locator(".versions a", has_text="What changed").click()
    assert ann.locator(".differs", has_text="Type").is_visible()
    assert ann.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations_in_both(ann) == []
    ann.click("main button:has-text('Put back')")
    ann.locator(".toast", has_text="in place again").wait_for()
    assert ann.get_by_text("100 × 68").is_visible()


def test_undone_in_the_toast(ann: Any, put: Put) -> None:
    image = put("canon-40d.jpg")
    ann.goto(f"/manage/{image['id_encoded']}/versions")
    ann.set_input_files("#source", sample("screenshot.png"))
    ann.click("[data-replace] button")
    ann.get_by_text("1920 × 1080").wait_for()
    ann.click(".toast button:has-text('Undo')")
    ann.get_by_text("100 × 68").wait_for()


def test_dropped_onto_the_form(ann: Any, put: Put, server: Server) -> None:
    """It goes nowhere else, though other pages open the uploader for it."""
    image, other = put("canon-40d.jpg"), put("plain.jpg")
    ann.goto(f"/manage/{image['id_encoded']}/versions")
    ann.get_by_text("Or drop it here.").wait_for()
    ann.evaluate(DROP, ["[data-replace]", "new.jpg", path_of(other["url"])])
    ann.wait_for_url("**/image/**")
    assert not ann.locator(".item").count()
    live = f"{server.base}/live/{image['id_encoded']}.jpg"
    assert pixels(ann, live) == [other["width"], other["height"]]


def test_refused_it_says_why(ann: Any, put: Put) -> None:
    image = put("canon-40d.jpg")
    ann.goto(f"/manage/{image['id_encoded']}/versions")
    ann.set_input_files("#source", sample("script.svg"))
    ann.click("[data-replace] button")
    ann.locator("[data-replace] [role=alert]", has_text="isn't").wait_for()
    assert violations_in_both(ann) == []
    ann.set_input_files("#source", sample("plain.jpg"))  # another try
    ann.click("[data-replace] button")
    ann.wait_for_url("**/image/**")


def test_rotated_by_the_menu(ann: Any, put: Put, server: Server) -> None:
    image = put("canon-40d.jpg")
    live = f"{server.base}/live/{image['id_encoded']}.jpg"
    ann.goto(path_of(image["url_viewer"]))
    assert pixels(ann, live) == [100, 68]
    ann.click("summary:has-text('More'):visible >> nth=0")
    ann.click("button:has-text('Rotate left')")
    ann.locator(".toast", has_text="Rotated").wait_for()
    assert ann.get_by_text("68 × 100").is_visible()
    assert pixels(ann, live) == [68, 100]


def test_all_of_it_without_scripts(unscripted: Any, put: Put) -> None:
    image = put("canon-40d.jpg", title="Harbor")
    unscripted.goto(f"/manage/{image['id_encoded']}/versions")
    unscripted.set_input_files("#source", sample("clip.mp4"))
    unscripted.click("[data-replace] button")
    assert "can only replace a photo" in unscripted.locator("[role=alert]").inner_text()
    unscripted.set_input_files("#source", sample("screenshot.png"))
    unscripted.click("[data-replace] button")
    unscripted.wait_for_url("**/image/**")
    unscripted.goto(f"/manage/{image['id_encoded']}/versions")
    unscripted.click("button:has-text('Rotate right')")
    unscripted.goto(f"/manage/{image['id_encoded']}/versions")
    assert unscripted.locator(".versions > li").count() == 3
    unscripted.locator("button:has-text('Put back')").last.click()
    unscripted.goto(f"/manage/{image['id_encoded']}/versions")
    unscripted.locator("a:has-text('Delete')").first.click()
    unscripted.click("main button:has-text('Delete')")
    assert unscripted.locator(".versions > li").count() == 2
