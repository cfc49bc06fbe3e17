"""States of files that are selected in a listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.looks.jumps import act
from tests.looks.scene import Scene

Way = Callable[[Any, Scene], None]


def some(path: str = "/mine", count: int = 3) -> Way:
    """So many of a listing."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.server.base + path.format(**scene.albums))
        with act(page):
            page.locator("[data-select]").click()
            for number in range(count):
                page.locator(".rows > li:has(.box)").nth(number).locator("a").click()

    return go


def more(page: Any, scene: Scene) -> None:
    """With all that can be done, in an album."""
    some("{lake}")(page, scene)
    with act(page):
        page.locator(".select-tools summary").click()


def asked(name: str) -> Way:
    """The dialog of an act."""

    def go(page: Any, scene: Scene) -> None:
        some()(page, scene)
        button = page.locator(f"[data-do={name}]:visible").first
        if not button.count():
            page.locator(".select-tools summary").click()
        button.click()
        page.locator("dialog[open]").wait_for()

    return go


def keys(page: Any, scene: Scene) -> None:
    page.goto(scene.server.base + "/mine")
    page.keyboard.press("?")
    page.locator("#select-keys[open]").wait_for()


def boxes_without_script(page: Any, scene: Scene) -> None:
    page.goto(scene.server.base + "/mine?select=1")
    page.locator(".box").nth(1).check()


def form_without_script(name: str) -> Way:
    def go(page: Any, scene: Scene) -> None:
        boxes_without_script(page, scene)
        page.locator(".box").nth(2).check()
        page.select_option("[name=act]", name)
        page.get_by_role("button", name="Continue").click()

    return go
