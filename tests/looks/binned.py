"""States of the bin: what ann deleted, as she alone sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests

from tests.conftest import sample
from tests.looks.jumps import act
from tests.looks.scene import Scene

FILES = (
    ("plain.jpg", "A_very_long_title_without_any_space_in_it_" * 2),
    ("clip.mp4", "First steps"),
    ("alpha.png", ""),
)


def empty(page: Any, scene: Scene) -> None:
    """After what other states have put there is gone."""
    page.goto(scene.server.base + "/bin/empty")
    if page.url.endswith("/bin/empty"):
        page.get_by_role("button", name="Delete for good").click()
        scene.files.pop("binned", None)
    page.goto(scene.server.base + "/bin")


def some(page: Any, scene: Scene) -> None:
    _throw_away(scene, FILES)
    page.goto(scene.server.base + "/bin")
    page.locator(".binned input").nth(1).check()


def nothing_chosen(page: Any, scene: Scene) -> None:
    some(page, scene)
    page.locator(".binned input").nth(1).uncheck()
    with act(page):
        page.get_by_role("button", name="Restore").click()
        page.locator("[role=alert]").wait_for()


def question(page: Any, scene: Scene) -> None:
    """Before some are gone for good."""
    some(page, scene)
    with act(page):
        page.get_by_role("button", name="Delete for good").click()
        page.get_by_role("heading", name="Delete 1 file for good?").wait_for()


def _throw_away(scene: Scene, files: Sequence[tuple[str, str]]) -> None:
    """Unless it is there from a state before."""
    if "binned" in scene.files:
        return
    session = requests.Session()
    key = scene.server.command("key", "create", "ann", "--scope", "manage")
    session.headers["X-API-Key"] = key.strip()
    for name, title in files:
        with sample(name).open("rb") as source:
            answer = session.post(
                scene.server.base + "/api/1/upload",
                data={"title": title},
                files={"source": source},
                timeout=60,
            )
        scene.files["binned"] = answer.json()["image"]
        one = f"{scene.server.base}/api/2/uploads/{scene.files['binned']['id_encoded']}"
        assert session.delete(one, timeout=60).status_code == 204
