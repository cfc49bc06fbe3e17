"""States of what people without an account send by a share link, as they and its owner see it."""

from __future__ import annotations

from functools import partial
from typing import Any

import requests

from tests.conftest import POLLING, csrf_token, sample
from tests.looks.jumps import act
from tests.looks.scene import Scene
from tests.shares import share

FILES = ("truncated.jpg", "plain.jpg", "clip.mp4")


def _link(scene: Scene, **columns: Any) -> str:
    files = [scene.files["photo"]["id_encoded"]]
    title = "Pictures of the party by the lake"
    return scene.server.base + share(scene.server, files=files, title=title, may_add=1, **columns)


def form(page: Any, scene: Scene) -> None:
    page.goto(_link(scene, needs_approval=1, max_files=20, max_mb=500) + "/add")


def sent(page: Any, scene: Scene, *, again: bool = False, **columns: int) -> None:
    page.goto(_link(scene, **columns) + "/add")
    page.wait_for_selector(".uploader.scripted")
    with act(page):
        page.fill("#sender", "Tom")
        page.set_input_files("#files", [sample(name) for name in FILES])
        page.locator(".item >> nth=2").wait_for()
    with act(page):
        page.click("[data-start]")
        page.locator(".item[data-state=failed]").wait_for()  # which takes more room
    page.locator(".item[data-state=done] >> nth=1").wait_for()
    page.wait_for_function("() => !document.querySelector('.toast')", polling=POLLING)
    if again:
        page.reload()
        page.locator(".uploader.scripted").wait_for()


listed = partial(sent, again=True)
waiting = partial(sent, again=True, needs_approval=1)


def take_back(page: Any, scene: Scene) -> None:
    listed(page, scene)
    page.locator(".sent .item-actions a").first.click()


def asked(page: Any, scene: Scene) -> None:
    sent(page, scene)
    with act(page):
        page.locator(".item[data-state=done] button").first.click()
        page.get_by_role("dialog").wait_for()


def without_script(page: Any, scene: Scene) -> None:
    page.goto(_link(scene) + "/add")
    page.fill("#sender", "Tom")
    page.set_input_files("#files", [sample(name) for name in FILES])
    page.get_by_role("button", name="Upload").click()


def dropped(page: Any, scene: Scene) -> None:
    """On the page of the link."""
    page.goto(_link(scene))
    page.evaluate(
        "const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.jpg'));"
        "dispatchEvent(new DragEvent('drop', {dataTransfer: data}));"
    )
    page.locator("dialog .item").wait_for()


def owners(page: Any, scene: Scene, *, waits: bool = True) -> None:
    """The page of who sent what, and what waits, to its owner."""
    path = _link(scene, needs_approval=int(waits))
    for name in ("Tom", "A guest with a name that is as long as any name may be here"):
        _send(path, name)
    page.goto(scene.server.base + "/links")
    page.locator(".share-links a.to-link").first.click()
    page.locator(".key-facts a").first.click()


def _send(path: str, name: str) -> None:
    browser = requests.Session()
    token = csrf_token(browser.get(f"{path}/add", timeout=60).text)
    form = {"csrf_token": token, "sender": name}
    files = [("source", (one, sample(one).read_bytes())) for one in FILES[1:]]
    browser.post(f"{path}/add", data=form, files=files, timeout=60).raise_for_status()


def refuse(page: Any, scene: Scene) -> None:
    owners(page, scene)
    page.locator("[data-review] label").first.click()
    page.get_by_role("button", name="Refuse", exact=True).click()
