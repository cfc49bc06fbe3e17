"""The queue of moderators as they use it: by keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.conftest import PASSWORD, Server, key_on, sample
from tests.e2e.conftest import violations_in_both
from tests.looks.scene import log_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(make_server: Callable[..., Server]) -> Iterator[Server]:
    """Ann moderates; bob's uploads wait."""
    server = make_server(REVIEW="members")
    key_on(server, admin=True)
    server.command("user", "create", "bob", "--password-stdin", stdin=PASSWORD)
    yield server


@pytest.fixture(scope="module")
def key_of_bob(site: Server) -> str:
    return site.command("key", "create", "bob")


def send(server: Server, key: str, title: str) -> str:
    """The address of its image."""
    with sample("alpha.png").open("rb") as source:
        answer = requests.post(
            server.base + "/api/1/upload",
            data={"title": title},
            files={"source": source},
            headers={"X-API-Key": key},
            timeout=60,
        )
    image = answer.json()["image"]
    assert image["is_approved"] == 0
    return str(image["url"])


def status(url: str) -> int:
    return requests.get(url, timeout=60).status_code


def test_all_are_approved_by_keyboard(page: Any, site: Server, key_of_bob: str) -> None:
    urls = [send(site, key_of_bob, f"Lake {n}") for n in range(3)]
    log_in(page, site)
    page.goto(site.base + "/admin/review")
    boxes = page.locator("[data-review] [type=checkbox]")
    all_ = page.get_by_role("checkbox", name="Select all")
    all_.focus()
    page.keyboard.press("Space")
    assert all(box.is_checked() for box in boxes.all())
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    assert all_.evaluate("box => box.indeterminate") and not all_.is_checked()
    page.keyboard.press("Space")
    assert all_.is_checked()
    page.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Approved: Lake 0, Lake 1, Lake 2.").wait_for()
    assert [status(url) for url in urls] == [200] * 3


def test_nobody_leaves_the_list_to_decide(page: Any, site: Server, key_of_bob: str) -> None:
    urls = [send(site, key_of_bob, f"Hill {n}") for n in range(6)]
    log_in(page, site)
    page.goto(site.base + "/admin/review")
    boxes = page.locator("[data-review] [type=checkbox]")
    boxes.first.focus()
    for key in ("Space", "ArrowRight", "Space", "ArrowDown", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert boxes.first.evaluate("box => box === document.activeElement")
    page.get_by_role("status").get_by_text("2 selected").wait_for()
    page.keyboard.press("a")
    page.get_by_text("Approved: Hill 0, Hill 1.").wait_for()
    assert page.evaluate("document.activeElement.matches('.notices')")
    assert [status(url) for url in urls[:3]] == [200, 200, 404]
    page.get_by_role("checkbox", name="Select all").check()
    boxes.first.focus()
    page.keyboard.press("r")
    page.get_by_role("heading", name="Refuse 4 files?").wait_for()
    page.get_by_role("button", name="Refuse and delete").click()
    page.get_by_text("Nothing waits for approval.").wait_for()


MAKE_LONG = """() => {
  for (const image of document.querySelectorAll(".review img")) image.style.aspectRatio = "1 / 9";
}"""  # as 30 files are
IS_ON_TOP = """button => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 500), (390, 600)])
def test_the_buttons_stay_in_reach(
    page: Any, site: Server, key_of_bob: str, width: int, height: int
) -> None:
    """However far it is scrolled; nothing lies over them."""
    for n in range(4):
        send(site, key_of_bob, f"River {n}")
    page.set_viewport_size({"width": width, "height": height})
    log_in(page, site)
    page.goto(site.base + "/admin/review")
    page.evaluate(MAKE_LONG)
    for place in (0, 0.5, 0.9):
        page.evaluate("place => scrollTo(0, place * document.body.scrollHeight)", place)
        rows = set()
        for name in ("Approve", "Refuse"):
            button = page.get_by_role("button", name=name)
            assert button.evaluate(IS_ON_TOP), (name, place)
            rows.add(button.bounding_box()["y"])
        assert len(rows) == 1 and button.bounding_box()["y"] >= 64
    page.get_by_role("checkbox", name="Select all").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Nothing waits for approval.").wait_for()


def test_without_scripts_and_on_a_phone(browser: Any, site: Server, key_of_bob: str) -> None:
    kept, gone = (send(site, key_of_bob, title) for title in ("Kept", "Gone"))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    log_in(page, site)
    page.goto(site.base + "/admin/review")
    assert not page.get_by_text("Select all").is_visible()
    page.get_by_role("checkbox", name="Gone").check()
    page.get_by_role("button", name="Refuse").click()
    page.get_by_role("heading", name="Refuse 1 file?").wait_for()
    page.get_by_role("button", name="Refuse and delete").click()
    page.get_by_text("Refused and deleted: Gone.").wait_for()
    page.get_by_role("checkbox", name="Kept").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Nothing waits for approval.").wait_for()
    assert (status(kept), status(gone)) == (200, 404)
    context.close()


def test_its_owner_is_told(browser: Any, site: Server, key_of_bob: str) -> None:
    """On the upload page, on My pictures, and once it is refused."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.base + "/login")
    page.fill("[name=name]", "bob")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(site.base + "/")
    page.locator(".uploader.scripted").wait_for()
    page.set_input_files("#files", [sample("plain.jpg")])
    page.click("[data-start]")
    page.locator(".item[data-state=done]").wait_for()
    page.get_by_text("Waiting for approval.").first.wait_for()
    page.goto(site.base + "/mine")
    page.locator(".badge.own [title='Waiting for approval']").first.wait_for()
    assert violations_in_both(page) == []
    context.close()
