"""How the media page looks, measured: nothing jumps, everything fits, and no more is loaded than is
shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import POLLING
from tests.e2e.test_media_page import Put
from tests.media.make import panorama

pytestmark = pytest.mark.browser
WIDTHS = (390, 1440)


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """Made ones of unusual shapes."""
    Image.new("RGB", (1080, 6000), "white").save(tmp_path / "long.png")
    Image.new("RGB", (6000, 1200), "teal").save(tmp_path / "wide.jpg")
    Image.new("RGBA", (16, 16), (200, 0, 0, 128)).save(tmp_path / "icon.png")
    panorama(tmp_path / "around.jpg")
    return {path.stem: path for path in tmp_path.iterdir()}


def look(page: Any, width: int, url: str) -> None:
    page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})
    page.goto(url)
    page.wait_for_load_state("load")
    page.locator(".placeholder.done, [data-turning]").first.wait_for(state="attached")


def test_a_large_window_gets_no_more_than_it_shows(page: Any, put: Put) -> None:
    image = put("iphone-gps-8mp.jpg")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    look(page, 1440, image["url_viewer"])
    assert image["medium"]["url"] in asked and image["url"] not in asked
    assert asked.count(image["medium"]["url"]) == 1  # the preload is what is shown


def test_a_sharp_screen_gets_the_file_after_the_medium(browser: Any, put: Put) -> None:
    image = put("iphone-gps-8mp.jpg")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, device_scale_factor=2)
    page = context.new_page()
    page.goto(image["url_viewer"])
    page.wait_for_function(
        "url => document.querySelector('a.zoom img').currentSrc === url",
        arg=image["url"],
        polling=POLLING,
    )
    context.close()


@pytest.mark.parametrize("name", ["plain.jpg", "clip.mp4", "iphone.heic", "animated.gif"])
def test_the_picture_is_fetched_first_and_once(name: str, page: Any, put: Put) -> None:
    image = put(name)
    pictures: list[str] = []

    def note(request: Any) -> None:
        if request.resource_type == "image":
            pictures.append(request.url)

    page.on("request", note)
    look(page, 1440, image["url_viewer"])
    fetched = [url for url in pictures if "/images/" in url]
    assert len(fetched) == 1
    assert page.locator("link[rel=preload][fetchpriority=high]").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_shapes(width: int, page: Any, put: Put, pictures: dict[str, Path]) -> None:
    look(page, width, put(pictures["long"])["url_viewer"])
    stage, picture = page.locator(".stage").bounding_box(), page.locator("a.zoom").bounding_box()
    assert picture["width"] == min(width, 768) and stage["height"] < 700 < picture["height"]
    page.locator(".stage").hover()
    page.mouse.wheel(0, 600)
    page.wait_for_function("() => document.querySelector('.stage').scrollTop > 0", polling=POLLING)
    look(page, width, put(pictures["icon"])["url_viewer"])
    picture = page.locator("a.zoom").bounding_box()
    assert (picture["width"], picture["height"]) == (384, 384)
    styles = "e => [getComputedStyle(e).imageRendering, getComputedStyle(e).backgroundImage]"
    assert page.locator("a.zoom img").evaluate(styles)[0] == "pixelated"
    assert "conic-gradient" in page.locator(".frame").evaluate(styles)[1]
    look(page, width, put("iphone-gps-8mp.jpg")["url_viewer"])
    picture = page.locator("a.zoom").bounding_box()
    assert picture["width"] / picture["height"] == pytest.approx(4 / 3, rel=0.01)
    assert picture["width"] == 390 if width == 390 else picture["height"] > 600
    assert page.locator(".headline").bounding_box()["y"] < 844


@pytest.mark.parametrize("width", WIDTHS)
def test_a_panorama_is_high_enough_to_see(
    width: int, page: Any, put: Put, pictures: dict[str, Path]
) -> None:
    look(page, width, put(pictures["wide"])["url_viewer"])
    stage, picture = page.locator(".stage").bounding_box(), page.locator("a.zoom").bounding_box()
    assert picture["width"] / picture["height"] == pytest.approx(5, rel=0.01)
    assert picture["height"] >= 256 and stage["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("a.zoom").click(position={"x": 9, "y": 9})
    zoomed = page.locator("dialog.zoomed[open] img")
    zoomed.wait_for()
    box = zoomed.bounding_box()
    assert box["height"] == pytest.approx(page.viewport_size["height"], abs=1)
    assert box["width"] > width


@pytest.mark.parametrize(("name", "width"), [("wide", 390), ("long", 390), ("long", 1440)])
def test_what_scrolls_fades_where_it_goes_on(
    name: str, width: int, page: Any, put: Put, pictures: dict[str, Path]
) -> None:
    look(page, width, put(pictures[name])["url_viewer"])
    stage = page.locator(".stage.goes-on")
    stage.wait_for()
    fade = "e => getComputedStyle(e, '::after').opacity"
    page.wait_for_function(
        f"() => ({fade})(document.querySelector('.stage')) === '1'", polling=POLLING
    )
    stage.evaluate("e => e.scrollTo(e.scrollWidth, e.scrollHeight)")
    stage.wait_for(state="detached")


def test_what_fits_does_not_fade(page: Any, put: Put, pictures: dict[str, Path]) -> None:
    look(page, 1440, put(pictures["wide"])["url_viewer"])
    assert page.locator(".broad .stage:not(.goes-on)").count() == 1


def test_five_actions_in_one_row(member: Any, put: Put) -> None:
    """Equal ones where there is room; on a phone, as wide as their words need."""
    for width in (320, 360, *WIDTHS):
        look(member, width, put("plain.jpg")["url_viewer"])
        boxes = [one.bounding_box() for one in member.locator(".actions .button").all()]
        assert len(boxes) == 5 and len({box["y"] for box in boxes}) == 1
        widths = [box["width"] for box in boxes]
        assert width < 480 or max(widths) - min(widths) < 1
        assert min(widths) >= 44 and min(box["height"] for box in boxes) >= 44
        assert boxes[-1]["x"] + boxes[-1]["width"] <= width - 15  # the page's margin
        labels = member.locator(".actions .button")
        assert labels.evaluate_all("all => all.every(e => e.scrollWidth <= e.clientWidth)")
        icons = [one.bounding_box() for one in member.locator(".actions .button .icon").all()]
        assert len({(icon["y"], icon["height"]) for icon in icons}) == 1
        assert [one.inner_text().strip() for one in member.locator(".actions .button").all()] == [
            "Heart",
            "Share",
            "Download",
            "Edit",
            "More",
        ]


def test_without_javascript_the_dialogs_are_pages(unscripted: Any, put: Put) -> None:
    image = put("plain.jpg")
    page = unscripted
    page.goto(image["url_viewer"])
    assert page.get_by_role("button", name="Copy:").count() == 0
    page.get_by_role("link", name="Edit").click()
    page.locator("main").get_by_label("Title").fill("By hand")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="By hand").wait_for()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="QR code").click()
    page.get_by_role("img", name="QR code of").wait_for()
    page.go_back()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("moved to the bin").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.goto(image["url_viewer"])
    page.get_by_role("heading", name="By hand").wait_for()


def test_the_menu_closes_behind_its_dialog_and_gets_the_focus_back(member: Any, put: Put) -> None:
    page = member
    look(page, 390, put("plain.jpg")["url_viewer"])
    page.get_by_text("More", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="QR code").press("Enter")
    page.get_by_role("dialog", name="QR code").wait_for()
    assert page.locator(".actions details[open]").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent.trim()") == "More"


@pytest.mark.parametrize("width", WIDTHS)
def test_menus_end_within_the_window(width: int, member: Any, put: Put) -> None:
    page = member
    look(page, width, put("iphone-gps-8mp.jpg")["url_viewer"])
    lowest = page.viewport_size["height"]
    for menu in (".actions .menu", ".top .menu"):
        page.locator(f"{menu} summary").click()
        box = page.locator(f"{menu} > div").bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= lowest, menu
        page.keyboard.press("Escape")


def test_a_menu_opens_downwards_where_there_is_room(logged_in: Any, put: Put) -> None:
    look(logged_in, 1440, put("pixel.png")["url_viewer"])
    logged_in.set_viewport_size({"width": 1440, "height": 1400})
    summary = logged_in.locator(".actions .menu summary")
    summary.click()
    menu = logged_in.locator(".actions .menu > div").bounding_box()
    assert menu["y"] > summary.bounding_box()["y"]


def test_a_low_window_scrolls_the_menu_of_the_header(logged_in: Any) -> None:
    logged_in.set_viewport_size({"width": 800, "height": 240})
    logged_in.locator(".top .menu summary").click()
    logged_in.get_by_role("button", name="Log out ann").click()
    logged_in.get_by_role("link", name="Log in").first.wait_for(state="attached")
