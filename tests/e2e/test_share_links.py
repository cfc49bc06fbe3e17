"""A share link in the browser of somebody without an account: on a phone first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import POLLING, Server
from tests.e2e.conftest import violations_in_both
from tests.e2e.test_albums import create
from tests.e2e.test_viewer import settled
from tests.shares import called, share

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
OPENED = ".viewer-window[open] .pswp__img:not(.pswp__img--placeholder)"


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def stranger(request: pytest.FixtureRequest, browser: Any, server: Server) -> Iterator[Any]:
    is_phone = request.param == PHONE
    context = browser.new_context(
        viewport=request.param, has_touch=is_phone, base_url=server.base, accept_downloads=True
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def files(put: Put) -> list[dict[str, Any]]:
    """Private ones: nothing but a link opens them."""
    some = [("plain.jpg", "Coffee"), ("gps-nikon.jpg", "Piazza"), ("clip.mp4", "First steps")]
    return [put(name, title=title, visibility="private") for name, title in some]


def ids(files: list[dict[str, Any]]) -> list[str]:
    return [one["id_encoded"] for one in files]


def test_a_password_wrong_and_right(
    stranger: Any, server: Server, files: list[dict[str, Any]]
) -> None:
    path = share(server, files=ids(files), password="lighthouse", title="For Grandma")
    stranger.goto(path)
    assert violations_in_both(stranger) == []
    assert stranger.evaluate("document.activeElement.name") == "password"
    stranger.keyboard.type("seashell")
    stranger.keyboard.press("Enter")
    stranger.get_by_role("alert").filter(has_text="password").wait_for()
    assert violations_in_both(stranger) == []
    stranger.fill("[name=password]", "lighthouse")
    stranger.click("main .button")
    stranger.get_by_role("heading", name="For Grandma").wait_for()
    assert stranger.url == server.base + path
    assert stranger.locator("[data-view]").count() == 3
    assert violations_in_both(stranger) == []


def test_a_click_opens_what_is_counted(
    stranger: Any, server: Server, files: list[dict[str, Any]]
) -> None:
    path = share(server, files=ids(files), max_views=1)
    stranger.goto(path)
    assert stranger.locator("main img").count() == 0
    stranger.click("main .button:has-text('Open')")
    stranger.locator("[data-view]").first.wait_for()
    stranger.reload()
    assert stranger.locator("[data-view]").count() == 3
    other = stranger.context.browser.new_context(base_url=server.base).new_page()
    other.goto(path)
    other.get_by_text("opened as often as it may be").wait_for()
    assert violations_in_both(other) == []
    other.context.close()


def test_rows_viewer_and_pages_stay_under_the_link(
    stranger: Any, server: Server, files: list[dict[str, Any]]
) -> None:
    """By click and keys in place, and on the pages of the files; nothing else is asked for."""
    path, asked = share(server, files=ids(files)), []
    stranger.on("request", lambda request: asked.append(request.url.removeprefix(server.base)))
    stranger.goto(path)
    stranger.locator("[data-view]").first.click()
    stranger.locator(OPENED).first.wait_for()
    assert stranger.url == f"{server.base}{called(server, path, files[0]['id_encoded'])}"
    assert stranger.locator(".pswp__button--edit:visible").count() == 0
    stranger.keyboard.press("ArrowRight")
    stranger.wait_for_url(f"**{called(server, path, files[1]['id_encoded'])}")
    with stranger.expect_request(lambda request: request.method == "HEAD"):  # it was looked at
        stranger.keyboard.press("ArrowRight")
        stranger.wait_for_url(f"**{called(server, path, files[2]['id_encoded'])}")
    stranger.keyboard.press("Escape")
    stranger.wait_for_url(f"**{path}")
    stranger.goto(f"{called(server, path, files[1]['id_encoded'])}")
    stranger.get_by_role("heading", name="Piazza").wait_for()
    assert violations_in_both(stranger) == []
    stranger.keyboard.press("ArrowLeft")
    stranger.get_by_role("heading", name="Coffee").wait_for()
    assert stranger.url.endswith(called(server, path, files[0]["id_encoded"]))
    stranger.click("text=Back to all files")
    stranger.wait_for_url(f"**{path}")
    others = [one for one in asked if not one.startswith((path, "/static/", "data:", "blob:"))]
    assert others == []


def test_swiping(browser: Any, server: Server, files: list[dict[str, Any]]) -> None:
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=server.base)
    page = context.new_page()
    path = share(server, files=ids(files))
    page.goto(path)
    page.locator("[data-view]").first.tap()
    page.locator(OPENED).first.wait_for()
    settled(page)
    client = context.new_cdp_session(page)

    def touch(kind: str, x: int) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": 420}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 330)
    for x in range(310, 40, -30):
        touch("touchMove", x)
    touch("touchEnd", 40)
    page.wait_for_url(f"**{called(server, path, files[1]['id_encoded'])}")
    context.close()


def test_a_download_is_the_file(
    stranger: Any, server: Server, files: list[dict[str, Any]], tmp_path: Path
) -> None:
    stranger.goto(share(server, files=ids(files[:1])))
    with stranger.expect_download() as waiting:
        stranger.click("main a:has-text('Download')")
    waiting.value.save_as(tmp_path / "got")
    assert waiting.value.suggested_filename.endswith(".jpg")
    assert (tmp_path / "got").stat().st_size == files[0]["size"]


def test_the_viewer_downloads_what_it_shows(
    stranger: Any, server: Server, files: list[dict[str, Any]], tmp_path: Path
) -> None:
    stranger.goto(share(server, files=ids(files)))
    stranger.locator("[data-view]").nth(1).click()
    stranger.locator(OPENED).first.wait_for()
    settled(stranger)
    button = stranger.locator(".pswp__button--download")
    assert violations_in_both(stranger) == []
    bar = [
        one.bounding_box() for one in stranger.locator(".pswp__top-bar .pswp__button:visible").all()
    ]
    assert all(
        box["x"] >= 0 and box["x"] + box["width"] <= stranger.viewport_size["width"] for box in bar
    )
    with stranger.expect_download() as waiting:
        button.click()
    waiting.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").stat().st_size == files[1]["size"]
    stranger.goto(share(server, files=ids(files), download="preview"))
    stranger.locator("[data-view]").nth(0).click()
    stranger.locator(OPENED).first.wait_for()
    settled(stranger)
    assert button.is_visible()
    stranger.keyboard.press("ArrowRight")
    stranger.keyboard.press("ArrowRight")
    stranger.locator(".viewer-video").first.wait_for()
    assert not button.is_visible()  # of what moves nothing may be kept


def test_what_is_only_shown_offers_no_download(
    stranger: Any, server: Server, files: list[dict[str, Any]]
) -> None:
    path = share(server, files=ids(files), download="none")
    stranger.goto(path)
    stranger.locator("[data-view]").nth(2).click()
    film = stranger.locator(".viewer-video").first
    film.wait_for()
    assert not stranger.locator(".pswp__button--download").is_visible()
    assert film.evaluate("el => el.controlsList.contains('nodownload')")
    for one in files:
        stranger.goto(f"{called(server, path, one['id_encoded'])}")
        assert stranger.locator("main a[download]").count() == 0
    assert stranger.locator("video").get_attribute("controlslist") == "nodownload"
    stranger.goto(f"{called(server, path, files[0]['id_encoded'])}")
    shown = "() => document.querySelector('.stage img:not(.placeholder)').naturalWidth"
    stranger.wait_for_function(f"() => ({shown})() > 0", polling=POLLING)
    assert stranger.evaluate(f"({shown})()") == 750  # the medium size


def test_a_long_album_goes_on_by_itself(
    stranger: Any, member: Any, server: Server, put: Put, tmp_path: Path
) -> None:
    album = create(member, server, "Many", visibility="private")
    for number in range(62):
        put(numbered(tmp_path, number), album_id=album)
    path = share(server, album=album)
    stranger.goto(path)
    stranger.mouse.wheel(0, 40_000)
    stranger.wait_for_function(
        "() => document.querySelectorAll('[data-view]').length === 62", polling=POLLING
    )
    assert stranger.locator("[data-next]").count() == 0


def numbered(folder: Path, number: int) -> Path:
    """A photo like no other."""
    path = folder / f"{number}.jpg"
    Image.new("RGB", (300, 200), (number * 4, 120, 160)).save(path)
    return path


def test_without_javascript(browser: Any, server: Server, files: list[dict[str, Any]]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, base_url=server.base)
    page = context.new_page()
    page.goto(share(server, files=ids(files), password="lighthouse", max_views=1))
    page.fill("[name=password]", "lighthouse")
    page.click("main .button")
    page.locator("[data-view]").first.click()
    page.get_by_role("heading", name="Coffee").wait_for()
    page.click("[rel=next]")
    page.get_by_role("heading", name="Piazza").wait_for()
    page.click("text=Back to all files")
    assert page.locator("[data-view]").count() == 3
    context.close()
