"""The picture alone, in all of the window: fit, then 1:1 at the pointer."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.conftest import POLLING
from tests.e2e.test_media_page import Put

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 3264, 2448  # of the sample


@pytest.fixture
def zoomed(page: Any, put: Put) -> Any:
    """A page of 1,440 × 900 with a picture of 8 megapixels, opened."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(put("iphone-gps-8mp.jpg")["url_viewer"])
    page.locator("a.zoom").click()
    page.locator("dialog.zoomed[open] img").wait_for()
    return page


def box(page: Any) -> dict[str, float]:
    found: dict[str, float] = page.locator("dialog.zoomed img").bounding_box()
    return found


def scale(page: Any) -> float:
    return box(page)["width"] / WIDTH


def under(page: Any, x: float, y: float) -> tuple[float, float]:
    """Which pixel of the picture is at a point of the window."""
    seen = box(page)
    return (x - seen["x"]) / scale(page), (y - seen["y"]) / scale(page)


def test_all_of_it_first_then_every_pixel_at_the_pointer(zoomed: Any) -> None:
    seen = box(zoomed)
    assert seen["height"] == pytest.approx(900, abs=1) and seen["width"] < 1440
    assert seen["x"] == pytest.approx((1440 - seen["width"]) / 2, abs=1)
    zoomed.wait_for_function(
        "() => document.querySelector('dialog.zoomed img').naturalWidth === 3264", polling=POLLING
    )
    point = under(zoomed, 500, 300)
    zoomed.mouse.click(500, 300)
    assert scale(zoomed) == pytest.approx(1, abs=0.001)
    assert under(zoomed, 500, 300) == pytest.approx(point, abs=2)
    zoomed.mouse.click(500, 300)
    assert box(zoomed) == pytest.approx(seen, abs=1)


def test_dragging_stops_at_the_edges_and_is_no_click(zoomed: Any) -> None:
    zoomed.mouse.click(720, 450)
    before = box(zoomed)
    zoomed.mouse.move(700, 400)
    zoomed.mouse.down()
    zoomed.mouse.move(600, 450, steps=4)
    zoomed.mouse.up()
    after = box(zoomed)
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-100, 50), abs=1)
    assert scale(zoomed) == pytest.approx(1, abs=0.001)
    zoomed.mouse.down()
    zoomed.mouse.move(1400, 899, steps=4)
    zoomed.mouse.move(600, 450, steps=4)
    zoomed.mouse.up()
    for _ in range(40):
        zoomed.keyboard.press("ArrowLeft")
        zoomed.keyboard.press("ArrowUp")
    assert (box(zoomed)["x"], box(zoomed)["y"]) == pytest.approx((0, 0), abs=1)


def test_the_wheel_zooms_at_the_pointer(zoomed: Any) -> None:
    zoomed.mouse.move(900, 500)
    point, fit = under(zoomed, 900, 500), scale(zoomed)
    zoomed.mouse.wheel(0, -400)
    zoomed.wait_for_function(
        "() => document.querySelector('.window').dataset.fit === 'no'", polling=POLLING
    )
    assert scale(zoomed) > fit * 1.5
    assert under(zoomed, 900, 500) == pytest.approx(point, abs=2)
    zoomed.mouse.wheel(0, 9000)
    zoomed.wait_for_function(
        "() => document.querySelector('.window').dataset.fit === 'yes'", polling=POLLING
    )
    assert scale(zoomed) == pytest.approx(fit, abs=0.001)


def test_keys(zoomed: Any) -> None:
    fit = scale(zoomed)
    zoomed.keyboard.press("+")
    assert scale(zoomed) == pytest.approx(fit * 1.5, abs=0.002)
    before = box(zoomed)["x"]
    zoomed.keyboard.press("ArrowRight")
    assert box(zoomed)["x"] < before
    zoomed.keyboard.press("-")
    assert scale(zoomed) == pytest.approx(fit, abs=0.001)
    zoomed.keyboard.press("=")
    zoomed.keyboard.press("0")
    assert scale(zoomed) == pytest.approx(fit, abs=0.001)
    zoomed.keyboard.press("Escape")
    assert zoomed.locator("dialog.zoomed[open]").count() == 0
    assert zoomed.evaluate("document.activeElement.className") == "zoom veiled"


def test_buttons_do_the_same_and_say_the_size(zoomed: Any) -> None:
    fit = scale(zoomed)
    zoomed.get_by_role("button", name="Zoom in").click()
    assert scale(zoomed) == pytest.approx(fit * 1.5, abs=0.002)
    assert zoomed.locator("dialog.zoomed output").text_content() == f"{fit * 150:.0f}%"
    zoomed.get_by_role("button", name="Close").click()
    assert zoomed.locator("dialog.zoomed[open]").count() == 0


def test_two_fingers(browser: Any, put: Put) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(put("iphone-gps-8mp.jpg")["url_viewer"])
    page.locator("a.zoom").tap()
    page.locator("dialog.zoomed[open] img").wait_for()
    fit = scale(page)
    fingers = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        fingers.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)],
            },
        )

    touch("touchStart", (150, 400), (250, 400))
    touch("touchMove", (100, 400), (300, 400))
    touch("touchMove", (50, 400), (350, 400))
    touch("touchEnd")
    page.wait_for_function(
        "() => document.querySelector('.window').dataset.fit === 'no'", polling=POLLING
    )
    assert scale(page) == pytest.approx(fit * 3, rel=0.02)
    context.close()


def test_a_long_screenshot_opens_at_its_top(page: Any, put: Put, tmp_path: Any) -> None:
    Image.new("RGB", (1080, 6000), "white").save(tmp_path / "long.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(put(tmp_path / "long.png")["url_viewer"])
    page.locator("a.zoom").click()
    page.locator("dialog.zoomed[open] img").wait_for()
    seen = box(page)
    assert (seen["width"], seen["y"]) == pytest.approx((1080, 0), abs=1)


def test_back_closes_it_and_the_page_stays(zoomed: Any) -> None:
    url, opened = zoomed.url, zoomed.locator("dialog.zoomed[open]")
    zoomed.go_back()
    opened.wait_for(state="detached")
    assert zoomed.url == url
    zoomed.go_forward()
    opened.wait_for()


@pytest.mark.parametrize("by_key", [True, False])
def test_closed_by_itself_it_leaves_no_entry_in_the_history(
    by_key: bool, page: Any, put: Put
) -> None:
    before = put("plain.jpg")["url_viewer"]
    page.goto(before)
    page.goto(put("iphone-gps-8mp.jpg")["url_viewer"])
    page.locator("a.zoom").click()
    page.locator("dialog.zoomed[open]").wait_for()
    if by_key:
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Close").click()
    page.wait_for_function("() => !history.state", polling=POLLING)
    assert page.locator("dialog.zoomed[open]").count() == 0
    page.go_back()
    assert page.url == before


def test_reloaded_it_is_open_again(zoomed: Any) -> None:
    zoomed.reload()
    zoomed.locator("dialog.zoomed[open]").wait_for()
    zoomed.keyboard.press("Escape")
    zoomed.wait_for_function("() => !history.state", polling=POLLING)
