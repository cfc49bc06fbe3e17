"""What is done with files that are selected, by the server: at once, with the way back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from tests.conftest import POLLING, Server

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]


@pytest.fixture
def some(member: Any, server: Server, put: Put, tmp_path: Any) -> tuple[Any, list[str]]:
    """Her library with three more files, and their ids, the latest first."""
    ids: list[str] = []
    for number in range(3):
        path = tmp_path / f"{id(tmp_path)}-{number}.jpg"
        Image.new("RGB", (300, 200), (id(tmp_path) % 251, number * 80, 60)).save(path)
        ids.insert(0, put(path, visibility="unlisted")["id_encoded"])
    member.goto(server.base + "/mine")
    return member, ids


def check(page: Any, *ids: str) -> None:
    for one in ids:
        page.locator(f".box[value='{one}']").check()


def toast(page: Any, text: str) -> None:
    page.locator(".toast", has_text=text).wait_for()


def undo(page: Any) -> None:
    with page.expect_event("load"):
        page.get_by_role("button", name="Undo").click()
    toast(page, "Undone")


def test_into_the_bin_and_back(some: tuple[Any, list[str]]) -> None:
    page, ids = some
    check(page, *ids[:2])
    page.keyboard.press("Delete")
    toast(page, "2 files moved to the bin")
    assert [page.locator(f".box[value='{one}']").count() for one in ids] == [0, 0, 1]
    page.reload()
    assert page.locator(f".box[value='{ids[0]}']").count() == 0
    check(page, ids[2])
    page.keyboard.press("Delete")
    toast(page, "1 file moved to the bin")
    undo(page)
    assert page.locator(f".box[value='{ids[2]}']").count() == 1


def test_tags_albums_and_who_can_see_it(some: tuple[Any, list[str]], server: Server) -> None:
    page, ids = some
    check(page, *ids)
    page.locator("[data-do=tags]:visible").click()
    page.get_by_label("Add tags").fill("lake, sea")
    page.get_by_role("button", name="Save").click()
    toast(page, "Tags of 3 files changed")
    assert not page.locator("[data-select-bar]").is_visible()
    check(page, *ids[:2])
    page.keyboard.press("a")
    page.get_by_label("Album", exact=True).select_option(label="New album")
    page.get_by_label("Name of the new album").fill("Trips")
    page.get_by_role("button", name="Save").click()
    toast(page, "2 files added to")
    page.goto(server.base + "/albums")
    page.get_by_role("link", name="Trips").first.click()
    page.wait_for_url("**/album/**")
    assert page.locator(".rows > li").count() == 2
    check(page, ids[0])
    page.locator(".select-tools summary").click()
    page.get_by_role("button", name="Remove from this album").click()
    toast(page, "1 file removed from")
    page.wait_for_function(
        "() => document.querySelectorAll('.rows > li').length === 1", polling=POLLING
    )
    undo(page)
    assert page.locator(".rows > li").count() == 2
    page.goto(server.base + "/tag/lake")
    check(page, *ids)
    page.locator(".select-tools summary").click()
    page.locator("[data-do=visibility]").click()
    page.locator("#select-dialog [value=private]").check()
    with page.expect_event("load"):
        page.get_by_role("button", name="Save").click()
    page.locator(".toast").wait_for()
    assert page.locator(".badge.own").count() == 3
    undo(page)
    assert page.locator(".badge.own use[href$='#lock']").count() == 0


def test_a_zip(some: tuple[Any, list[str]]) -> None:
    page, ids = some
    check(page, *ids[:2])
    with page.expect_download() as download:
        page.locator("[data-do=zip]:visible").click()
    data = download.value.path().read_bytes()
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 2


def test_rotate_and_shift(some: tuple[Any, list[str]]) -> None:
    page, ids = some
    check(page, ids[0])
    page.locator(".select-tools summary").click()
    with page.expect_event("load"):
        page.get_by_role("button", name="Rotate right").click()
    page.locator(".toast").wait_for()
    size = f".box[value='{ids[0]}'] + a > img"
    assert page.locator(size).get_attribute("width") == "200"
    check(page, ids[1])
    page.locator(".select-tools summary").click()
    page.locator("[data-do=shift]").click()
    page.get_by_label("Hours").fill("2")
    page.get_by_role("button", name="Save").click()
    which = page.locator("#select-failures[open]")
    which.wait_for()
    assert "No date taken to shift" in which.inner_text()


def test_without_scripts(server: Server, unscripted: Any, put: Put, some: Any) -> None:
    _, ids = some
    page = unscripted
    page.goto(server.base + "/mine?select=1")
    check(page, *ids[:2])
    page.get_by_label("With the selected files").select_option("bin")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Delete").click()
    assert page.locator(".toast", has_text="2 files moved to the bin").count() == 1
    assert page.locator(f".rows a[href$='{ids[0]}']").count() == 0
    page.get_by_role("button", name="Undo").click()
    assert page.locator(f".rows a[href$='{ids[0]}']").count() == 1
