"""An admin changes the settings in a browser: by keyboard, with a mistake, without scripts; with a
logo and a footer on the page, and what a private site shows to others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import PASSWORD, ROOT, Server
from tests.e2e.conftest import schemes, violations_in

pytestmark = pytest.mark.browser

MEASURES = (ROOT / "tests" / "looks" / "measures.js").read_text()
PAGE = "/admin/settings"
FOOTER = "By Ann · [Imprint](https://home.example/imprint) · [Mail](mailto:ann@home.example)"


def problems(page: Any) -> list[str]:
    found = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {one}" for one in violations_in(page, schemes(width))]
        found += [f"{width}: {one}" for one in page.evaluate(MEASURES, width)]
    return found


def test_a_mistake_is_mended_by_keyboard(member: Any, server: Server) -> None:
    page = member
    page.goto(server.base + PAGE)
    page.get_by_role("link", name="Change: Limits").press("Enter")
    field = page.get_by_label("Largest photo in megapixels")
    field.fill("0")
    field.press("Enter")
    page.get_by_text("Enter a whole number from 1 to 2,000.").wait_for()
    page.problems.clear()  # the browser notes the 400
    assert page.evaluate("document.activeElement.name") == "max_megapixels"
    page.keyboard.press("Control+A")
    page.keyboard.type("64")
    page.keyboard.press("Enter")
    page.get_by_label("Reset to default: 128").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Default: 128.").wait_for()
    assert page.get_by_label("Largest photo in megapixels").input_value() == "128"


def test_a_logo_and_a_footer_fit_every_window(member: Any, server: Server, tmp_path: Path) -> None:
    page, path = member, tmp_path / "logo.png"
    Image.new("RGB", (1000, 200), "#934").save(path)
    page.goto(f"{server.base}{PAGE}/general")
    page.get_by_label("Footer").fill(FOOTER)
    page.get_by_role("button", name="Save").click()
    page.locator(".toast").wait_for(state="attached")
    page.get_by_label("Choose an image").set_input_files(path)
    page.get_by_role("button", name="Use this logo").click()
    page.get_by_role("button", name="Remove logo").wait_for()
    assert page.locator(".brand .logo").evaluate("one => one.complete && one.naturalWidth") == 512
    assert problems(page) == []
    page.goto(server.base + "/explore")
    assert page.get_by_role("link", name="Imprint").get_attribute("href") == (
        "https://home.example/imprint"
    )
    assert problems(page) == []


def test_a_private_site_shows_the_log_in(
    unscripted: Any, page: Any, server: Server, cookies: Any
) -> None:
    unscripted.goto(f"{PAGE}/people")
    unscripted.get_by_label("Password").fill(PASSWORD)
    unscripted.get_by_role("button", name="Continue").click()
    unscripted.get_by_label("Private site").check()
    unscripted.get_by_role("button", name="Save").click()
    unscripted.get_by_text("Reset to default: Off").wait_for()
    page.goto(server.base + "/explore")
    page.get_by_role("heading", name="Log in").wait_for()
    assert page.locator(".top nav").count() == 0
    assert problems(page) == []
    unscripted.get_by_label("Reset to default: Off (Private site)").check()
    unscripted.get_by_role("button", name="Save").click()
    unscripted.get_by_text("Default: Off.").first.wait_for()
