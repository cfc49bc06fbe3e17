"""What a page shows first: preloaded, in the size that fits, and nothing jumps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import POLLING, Server, until
from tests.e2e.pieces import SlowLine
from tests.looks.jumps import SHIFTS, jumps

pytestmark = pytest.mark.browser
Put = Callable[..., dict[str, Any]]

LARGEST = """
window.largest = [];
new PerformanceObserver((list) => largest.push(...list.getEntries().map((entry) => entry.url)))
  .observe({ type: "largest-contentful-paint", buffered: true });
"""
PRELOADED = """() => performance.getEntriesByType("resource")
  .filter((one) => one.initiatorType === "link").map((one) => one.name)"""


@pytest.mark.parametrize(("width", "density"), [(390, 3), (1440, 1), (1440, 2)])
@pytest.mark.parametrize("name", ["iphone-gps-8mp.jpg", "iphone.heic", "plain.jpg"])
def test_the_page_of_a_photo(
    name: str, width: int, density: int, server: Server, put: Put, browser: Any
) -> None:
    image = put(name)
    if name != "plain.jpg":  # which is none of the large ones
        path = image["url"].rpartition(".")[0] + ".pv-"
        folder = server.data / "public" / path.removeprefix(server.base + "/")
        until(lambda: list(folder.parent.glob(folder.name + "*.webp")))
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 500 else 900},
        device_scale_factor=density,
        is_mobile=width < 500,
    )
    page = context.new_page()
    page.add_init_script(SHIFTS + LARGEST)
    page.goto(server.base + image["path_viewer"])
    page.locator(".placeholder.done").wait_for(state="attached")
    page.wait_for_function("() => largest.some(Boolean)", polling=POLLING)
    shown = page.locator(".frame img:not(.placeholder)").evaluate("(img) => img.currentSrc")
    assert page.evaluate("largest.at(-1)") == shown
    assert shown in page.evaluate(PRELOADED)
    assert not jumps(page)
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    pictures = [one for one in loaded if "/images/" in one]
    assert pictures == [shown], "it loads one picture"
    assert name == "plain.jpg" or shown != image["url"], "and never the whole of a large file"
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/mine", "/explore"])
def test_a_listing(
    path: str, width: int, server: Server, put: Put, browser: Any, cookies: list[dict[str, Any]]
) -> None:
    for name in ("plain.jpg", "cmyk.jpg", "iphone-gps-8mp.jpg"):
        put(name, visibility="public")
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(SHIFTS + LARGEST)
    page.goto(server.base + path)
    page.wait_for_load_state("load")
    page.wait_for_function("() => largest.length", polling=POLLING)
    tile = page.locator(".rows img").first.evaluate("(img) => img.currentSrc")
    assert tile in page.evaluate(PRELOADED)
    assert not jumps(page)
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/", "/mine", "/explore", "/albums"])
def test_nothing_jumps_where_the_page_comes_in_pieces(
    path: str, width: int, server: Server, put: Put, browser: Any, cookies: list[dict[str, Any]]
) -> None:
    for name in ("plain.jpg", "pixel.png", "orientation-6.jpg", "cmyk.jpg", "plain.jpg"):
        put(name, visibility="public")
    line = SlowLine(server.base)
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.goto(line.base + path)
    page.wait_for_load_state("load")
    assert not jumps(page)
    context.close()
    line.close()
