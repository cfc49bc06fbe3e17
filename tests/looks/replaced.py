"""States of a file that was replaced, as its owner sees them."""

from __future__ import annotations

from typing import Any

import requests

from tests.conftest import sample
from tests.looks.jumps import act
from tests.looks.scene import Scene

TITLE = "A_very_long_title_without_any_space_in_it_" * 2


def _sent(scene: Scene) -> str:
    """A file of its own; the path of its versions."""
    key = scene.server.command("key", "create", "ann").strip()
    with sample("gps-nikon.jpg").open("rb") as source:
        answer = requests.post(
            scene.server.base + "/api/1/upload",
            data={"title": TITLE},
            files={"source": source},
            headers={"X-API-Key": key},
            timeout=60,
        )
    return f"{scene.server.base}/manage/{answer.json()['image']['id_encoded']}/versions"


def none_yet(page: Any, scene: Scene) -> None:
    page.goto(_sent(scene))


def replaced(page: Any, scene: Scene) -> None:
    versions = _sent(scene)
    for name in ("canon-40d.jpg", "screenshot.png"):
        page.goto(versions)
        with act(page):
            page.set_input_files("#source", sample(name))
            page.click("[data-replace] button")
            page.wait_for_url("**/image/**")
    page.goto(versions)
    page.locator(".versions > li >> nth=2").wait_for()


def refused(page: Any, scene: Scene) -> None:
    page.goto(_sent(scene))
    with act(page):
        page.set_input_files("#source", sample("clip.mp4"))
        page.click("[data-replace] button")
        page.locator("[role=alert]").wait_for()


def compared(page: Any, scene: Scene) -> None:
    replaced(page, scene)
    with act(page):
        page.locator(".versions a >> text=What changed").last.click()
        page.locator(".compared").wait_for()


def deleted(page: Any, scene: Scene) -> None:
    replaced(page, scene)
    with act(page):
        page.locator(".versions a >> text=Delete").last.click()
        page.get_by_role("heading", name="Delete version?").wait_for()
