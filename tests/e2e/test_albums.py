"""Albums in a browser: made, arranged by drag and by keyboard, opened with a password."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import POLLING, Server, sample

pytestmark = pytest.mark.browser

NAMES = "els => els.map((el) => el.dataset.name)"
LOADED = """([where, file]) => [...document.querySelectorAll(where)]
  .some((one) => one.naturalWidth && one.currentSrc.includes(file))"""
Put = Callable[..., dict[str, Any]]


def create(page: Any, server: Server, name: str, **choices: str) -> str:
    """An album; its id."""
    page.goto(server.base + "/albums/new")
    page.fill("main [name=name]", name)
    page.check(f"main [name=visibility][value={choices.get('visibility', 'unlisted')}]")
    if "password" in choices:
        page.fill("main [name=password]", choices["password"])
    page.select_option("main [name=sort]", choices.get("sort", "uploaded"))
    page.click("main .button:has-text('Create album')")
    page.wait_for_url("**/album/*")
    return str(page.url.rpartition(".")[2])


def order(page: Any) -> list[str]:
    found: list[str] = page.locator("[data-arrange] > li").evaluate_all(NAMES)
    return found


def test_arranging_by_drag_and_by_keyboard(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    album = create(page, server, "By hand")
    for name in ("a", "b", "c"):
        put("pixel.png", title=name, album_id=album)
    page.goto(f"{server.base}/album/{album}/arrange")
    assert order(page) == ["a", "b", "c"]
    handle = page.locator("li[data-name=a] [data-handle]").bounding_box()
    target = page.locator("li[data-name=c]").bounding_box()
    page.mouse.move(handle["x"] + 9, handle["y"] + 9)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + 60, steps=8)
    with page.expect_response("**/arrange"):
        page.mouse.up()
    assert order(page) == ["b", "c", "a"]
    page.locator(".toast", has_text="Moved to place 3").wait_for()
    page.reload()
    assert order(page) == ["b", "c", "a"]
    button = page.get_by_role("button", name="Move earlier: a")
    button.focus()
    for expected in (["b", "a", "c"], ["a", "b", "c"]):
        with page.expect_response("**/arrange"):
            page.keyboard.press("Enter")
        assert order(page) == expected
        assert button.evaluate("el => el === document.activeElement")
    page.reload()
    assert order(page) == ["a", "b", "c"]


def test_a_drag_that_is_given_up_changes_nothing(logged_in: Any, server: Server, put: Put) -> None:
    page = logged_in
    album = create(page, server, "Given up")
    for name in ("a", "b"):
        put("pixel.png", title=name, album_id=album)
    page.goto(f"{server.base}/album/{album}/arrange")
    handle = page.locator("li[data-name=a] [data-handle]")
    box, target = handle.bounding_box(), page.locator("li[data-name=b]").bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + 60, steps=8)
    assert order(page) == ["b", "a"]
    handle.dispatch_event("pointercancel")
    assert order(page) == ["a", "b"]
    page.mouse.up()
    page.reload()
    assert order(page) == ["a", "b"]


def test_a_password_field_shows_only_where_one_is_wanted(logged_in: Any, server: Server) -> None:
    page = logged_in
    page.goto(server.base + "/albums/new")
    field = page.locator("main [name=password]")
    assert not field.is_visible()
    page.check("main [name=visibility][value=password]")
    assert field.is_visible()


def test_a_visitor_enters_the_password(
    logged_in: Any, server: Server, put: Put, browser: Any
) -> None:
    album = create(logged_in, server, "Locked", visibility="password", password="lighthouse")
    put("plain.jpg", title="Only here", album_id=album)
    context = browser.new_context(base_url=server.base)
    page = context.new_page()
    page.goto(f"/album/{album}")
    assert page.title().startswith("Album with a password")
    page.fill("#password", "lighthouse")
    page.keyboard.press("Enter")
    page.wait_for_url("**/album/Locked.*")
    page.click(".rows a")  # in place, then as a page
    page.wait_for_url(f"**/album/Locked.{album}/*")
    file = f"/album/{album}/file/"
    page.wait_for_function(LOADED, arg=[".pswp img", file], polling=POLLING)
    page.reload()
    page.wait_for_function(LOADED, arg=[".stage img", file], polling=POLLING)
    context.close()


def choose(page: Any, *names: str) -> None:
    page.set_input_files("#files", [sample(name) for name in names])
    page.click("[data-start]")
    page.wait_for_function(
        "() => !document.querySelector('.item:not([data-state=done])')", polling=POLLING
    )


def new_album(page: Any, name: str, visibility: str) -> None:
    page.locator("#upload-album[open]").wait_for()
    page.fill("#upload-album-name", name)
    page.select_option("#upload-album-visibility", visibility)
    page.click("#upload-album .button:has-text('Create album')")


def test_files_are_sent_into_a_new_album(logged_in: Any, server: Server) -> None:
    page = logged_in
    page.click("[data-defaults] summary")
    page.select_option("#all-album", "new")
    new_album(page, "Sent", "private")
    page.locator(".toast", has_text="Album “Sent” created").wait_for()
    assert page.locator("[data-defaults] [name=visibility]:checked").input_value() == "private"
    assert "Album: Sent" in page.inner_text("[data-said-options]")
    choose(page, "pixel.png", "alpha.png")
    page.goto(server.base + "/albums")
    page.click(".album:has-text('Sent')")
    page.wait_for_url("**/album/Sent.*")
    assert page.locator(".rows li").count() == 2
    page.goto(server.base + "/")
    page.wait_for_selector(".uploader.scripted")
    checked = page.locator("[data-defaults] [name=visibility]:checked")
    assert checked.input_value() == "unlisted"  # the album's isn't remembered


def test_a_stricter_choice_stays_when_an_album_is_chosen(logged_in: Any, server: Server) -> None:
    page = logged_in
    create(page, server, "Rome", visibility="public")
    page.goto(server.base + "/")
    choose(page, "plain.jpg")
    page.click("[data-defaults] summary")
    said = page.locator("[data-defaults] [name=visibility]:checked")
    page.select_option("#all-album", label="Rome")
    assert said.get_attribute("value") == "public"  # nothing else was chosen
    page.select_option("#all-album", "")
    assert said.get_attribute("value") == "unlisted"
    page.locator("[data-defaults] [value=private]").check()
    page.select_option("#all-album", label="Rome")
    assert said.get_attribute("value") == "private"


def test_a_new_album_that_is_given_up(logged_in: Any) -> None:
    page = logged_in
    page.click("[data-defaults] summary")
    page.select_option("#all-album", "new")
    page.click("#upload-album .button:has-text('Cancel')")
    page.wait_for_function("() => !document.querySelector('#all-album').value", polling=POLLING)
    assert page.locator("[data-defaults] [name=visibility]:checked").input_value() == "unlisted"


def test_an_album_of_what_was_just_uploaded(logged_in: Any) -> None:
    page = logged_in
    choose(page, "pixel.png", "alpha.png", "plain.jpg")
    page.click("[data-make-album]:has-text('Create an album of 3 files'):visible")
    new_album(page, "Just now", "unlisted")
    page.wait_for_url("**/album/Just-now.*")
    assert page.locator(".rows li").count() == 3


def test_an_album_from_the_name_of_a_folder(logged_in: Any, tmp_path: Path) -> None:
    page, folder = logged_in, tmp_path / "Lake 2019"
    folder.mkdir()
    for name in ("pixel.png", "alpha.png"):
        shutil.copy(sample(name), folder / name)
    page.set_input_files("[data-input=folder]", folder)
    page.locator("[data-folder]", has_text="Lake 2019").wait_for()
    page.click("[data-folder-album]")
    page.locator("#upload-album[open]").wait_for()
    assert page.input_value("#upload-album-name") == "Lake 2019"
    page.click("#upload-album .button:has-text('Create album')")
    page.locator(".toast", has_text="Lake 2019").wait_for()
    assert not page.locator("[data-folder]").is_visible()
    chosen = page.locator("#all-album").evaluate("el => el.selectedOptions[0].text")
    assert chosen == "Lake 2019"


def test_what_is_dropped_on_an_album_goes_there(logged_in: Any, server: Server) -> None:
    page = logged_in
    create(page, server, "Dropped on", visibility="members")
    page.click(".actions [data-open-uploader]")
    page.locator("#uploader-dialog[open] .uploader.scripted").wait_for()
    chosen = page.locator("#all-album").evaluate("el => el.selectedOptions[0].text")
    assert chosen == "Dropped on"
    checked = page.locator("[data-defaults] [name=visibility]:checked")
    assert checked.input_value() == "members"
