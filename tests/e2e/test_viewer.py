"""The viewer over a listing, in a browser: it opens in place, and its address is a page's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.conftest import POLLING, Server, until
from tests.looks.jumps import SHIFTS

pytestmark = pytest.mark.browser
Put = Callable[..., dict[str, Any]]

CURRENT = ".pswp__item[aria-hidden=false]"
LOADED = ".pswp__img:not(.pswp__img--placeholder)"
CLOSED = "() => !document.querySelector('dialog[open]')"


@pytest.fixture
def member(page: Any, server: Server, cookies: list[dict[str, Any]]) -> Any:
    """A page on which ann is logged in."""
    page.context.add_cookies(cookies)
    page.add_init_script(SHIFTS)
    return page


def open_tile(page: Any, number: int) -> str:
    """The path of its page, which the address has now."""
    tile = page.locator(".rows a").nth(number)
    path: str = tile.evaluate("(a) => a.pathname")
    tile.click()
    page.locator(CURRENT).wait_for()
    wait_for_path(page, path)
    return path


def wait_for_path(page: Any, path: str) -> None:
    page.wait_for_function("(path) => location.pathname === path", arg=path, polling=POLLING)


def settled(page: Any) -> None:
    """It is open, and can be closed: what is beside is there, too."""
    page.wait_for_function(
        """() => {
            const shown = document.querySelectorAll(".pswp__item");
            return shown.length === 3 && [...shown].every((one) => one.style.display === "block");
        }""",
        polling=POLLING,
    )


def scale(page: Any) -> float:
    """CSS pixels for each of the picture's."""
    found: float = page.locator(f"{CURRENT} {LOADED}").evaluate(
        "(img) => img.getBoundingClientRect().width / 1600"
    )
    return found


def put_photos(server: Server, put: Put, count: int) -> None:
    for number in range(count):
        put(title=f"photo {number}")


def test_zoom_is_at_the_pointer(server: Server, put: Put, member: Any) -> None:
    page = member
    put_photos(server, put, 2)
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    settled(page)
    fit = scale(page)
    assert fit == pytest.approx(900 / 1200)
    page.mouse.click(500, 300)
    page.wait_for_function(
        f"() => Math.abs(document.querySelector('{CURRENT} {LOADED}')"
        ".getBoundingClientRect().width - 1600) < 1",
        polling=POLLING,
    )
    page.mouse.move(720, 450)
    page.mouse.wheel(0, -300)
    assert scale(page) > 1.2
    page.mouse.wheel(0, 5000)
    settled(page)
    page.keyboard.press("1")
    page.keyboard.press("0")
    page.wait_for_function(
        f"() => Math.abs(document.querySelector('{CURRENT} {LOADED}')"
        ".getBoundingClientRect().width - 1200) < 1",
        polling=POLLING,
    )


def test_a_double_click_zooms_in(server: Server, put: Put, member: Any) -> None:
    page = member
    put_photos(server, put, 1)
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    settled(page)
    page.mouse.dblclick(500, 300)
    page.wait_for_function(
        f"() => Math.abs(document.querySelector('{CURRENT} {LOADED}')"
        ".getBoundingClientRect().width - 1600) < 1",
        polling=POLLING,
    )
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert scale(page) == pytest.approx(1, abs=0.01)


def test_keys_move_and_never_the_page_behind(server: Server, put: Put, member: Any) -> None:
    page = member
    put_photos(server, put, 12)
    page.goto(server.base + "/mine")
    first, second = open_tile(page, 0), page.locator(".rows a").nth(1).evaluate("(a) => a.pathname")
    settled(page)
    for key, path in (("PageDown", second), ("PageUp", first), (" ", second), ("Home", first)):
        page.keyboard.press(key)
        wait_for_path(page, path)
    page.keyboard.press("End")
    last = page.locator(".rows a").last.evaluate("(a) => a.pathname")
    wait_for_path(page, last)
    assert page.evaluate("scrollY") == 0


def test_it_can_be_closed_while_it_opens(server: Server, put: Put, member: Any) -> None:
    page = member
    put_photos(server, put, 1)
    page.goto(server.base + "/mine")
    page.locator(".rows a").first.hover()  # it is loaded
    page.locator(".rows a").first.click()
    page.locator("dialog[open] .pswp").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.wait_for_function(CLOSED, polling=POLLING)
    wait_for_path(page, "/mine")


def test_a_long_screenshot_begins_at_its_top(
    server: Server, put: Put, member: Any, tmp_path: Path
) -> None:
    page = member
    Image.new("RGB", (1080, 6000), "white").save(tmp_path / "long.png")
    put(tmp_path / "long.png")
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    settled(page)
    box = page.locator(f"{CURRENT} {LOADED}").bounding_box()
    assert box["width"] == pytest.approx(768, abs=1) and box["y"] == pytest.approx(0, abs=1)
    page.mouse.move(720, 450)
    page.mouse.wheel(0, 300)
    box = page.locator(f"{CURRENT} {LOADED}").bounding_box()
    assert box["width"] == pytest.approx(768, abs=1) and box["y"] == pytest.approx(-300, abs=1)


def test_a_video_plays_and_stops(server: Server, put: Put, member: Any) -> None:
    page = member
    put("plain.jpg")
    put("clip.webm")
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    video = page.locator(f"{CURRENT} video")
    video.wait_for()
    page.wait_for_function(
        f"() => document.querySelector('{CURRENT} video').currentTime > 0", polling=POLLING
    )
    page.evaluate("window.film = document.querySelector('dialog video')")
    page.keyboard.press("ArrowRight")
    page.locator(f"{CURRENT} img").first.wait_for()
    assert page.evaluate("film.paused")


def test_not_safe_for_work_stays_veiled(server: Server, put: Put, member: Any) -> None:
    page = member
    put("plain.jpg", nsfw="1")
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    assert page.locator(f"{CURRENT} .pswp__img").count() == 0
    page.get_by_role("button", name="Show it").click()
    page.locator(f"{CURRENT} .pswp__img").first.wait_for()


def test_focus_stays_inside_and_what_is_behind_is_silent(
    server: Server, put: Put, member: Any
) -> None:
    page = member
    put_photos(server, put, 3)
    page.goto(server.base + "/mine")
    page.locator(".rows a").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(CURRENT).wait_for()
    settled(page)
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel"))
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.activeElement.closest('dialog') !== null"
        )
    assert {"Details", "Zoom", "Close", "Previous", "Next"} <= set(names)
    page.get_by_role("link", name="Details").click()
    page.locator("article.viewer").wait_for()
    page.go_back()
    page.locator(".rows").first.wait_for()
    wait_for_path(page, "/mine")


@pytest.mark.parametrize(
    "path", ["/", "/mine", "/search?q=photo", "/tag/lake", "/explore", "/user/ann"]
)
def test_from_every_listing(path: str, server: Server, put: Put, member: Any) -> None:
    page = member
    put(title="photo of a lake", tags="lake", visibility="public")
    page.goto(server.base + path)
    open_tile(page, 0)
    settled(page)
    page.keyboard.press("Escape")
    page.wait_for_function(CLOSED, polling=POLLING)
    page.wait_for_function(
        "(path) => location.pathname + location.search === path", arg=path, polling=POLLING
    )


def test_from_an_album_that_opens_what_is_private(
    server: Server, put: Put, member: Any, browser: Any
) -> None:
    """Its addresses are the album's, for who would get no others."""
    album = server.command("album", "create", "ann", "Trip")
    for title in ("one", "two"):
        put("iphone-gps-8mp.jpg", title=title, album_id=album, visibility="private")
    member.goto(f"{server.base}/album/{album}")
    member.get_by_role("link", name="Edit").click()
    member.check("[name=visibility][value=public]")
    member.get_by_role("button", name="Save").click()
    member.locator(".rows").wait_for()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(member.url)
    path = open_tile(page, 0)
    settled(page)
    assert path.startswith("/album/")
    shown = page.locator(f"{CURRENT} {LOADED}")
    assert "/album/" in shown.evaluate("(img) => img.currentSrc")
    page.wait_for_function(
        f"() => document.querySelector('{CURRENT} {LOADED}').naturalWidth > 0", polling=POLLING
    )
    page.get_by_role("link", name="Details").click()
    page.locator("article.viewer").wait_for()
    wait_for_path(page, path)
    page.wait_for_load_state("load")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(path) => location.pathname !== path", arg=path, polling=POLLING)
    assert page.locator("article.viewer h1").inner_text() in ("one", "two")
    context.close()


def test_without_scripts_the_page_opens(server: Server, put: Put, unscripted: Any) -> None:
    put_photos(server, put, 1)
    unscripted.goto(server.base + "/mine")
    unscripted.locator(".rows a").first.click()
    unscripted.wait_for_url(re.compile("/image/"))
    assert unscripted.locator("article.viewer").count() == 1


def test_what_can_not_be_loaded_opens_the_page(server: Server, put: Put, member: Any) -> None:
    page = member
    put_photos(server, put, 1)
    page.route("**/viewer.js", lambda route: route.abort())
    page.goto(server.base + "/mine")
    page.locator(".rows a").first.click()
    page.locator("article.viewer").wait_for()
    assert all("ERR_FAILED" in problem for problem in page.problems)
    page.problems.clear()


@pytest.fixture
def explored(server: Server) -> None:
    """Everybody may explore."""
    server.command("settings", "set", "explore", "everyone")
    explore = server.base + "/explore"
    until(lambda: requests.get(explore, allow_redirects=False, timeout=5).status_code == 200)


@pytest.mark.usefixtures("explored")
def test_a_look_is_a_view(server: Server, put: Put, page: Any) -> None:
    put(title="for all", visibility="public")
    page.goto(server.base + "/explore")
    with page.expect_response("**/viewed/*") as seen:
        path = open_tile(page, 0)
    assert seen.value.status == 204 and seen.value.url.endswith(path[-8:])


def test_its_owner_gets_to_the_form_at_once(server: Server, put: Put, member: Any) -> None:
    page = member
    put(title="to edit")
    page.goto(server.base + "/mine")
    open_tile(page, 0)
    settled(page)
    year = page.locator(".rows a").first.get_attribute("data-date")[:4]
    assert year in page.locator(".pswp__caption span").inner_text()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.wait_for_url(re.compile("/manage/.*/edit"))
    assert page.locator("main [name=title]").input_value() == "to edit"


@pytest.mark.usefixtures("explored")
def test_a_guest_gets_no_link_to_the_form(server: Server, put: Put, page: Any) -> None:
    put(title="for all", visibility="public")
    page.goto(server.base + "/explore")
    open_tile(page, 0)
    settled(page)
    assert page.get_by_role("link", name="Details").is_visible()
    assert page.locator(".pswp__button--edit").is_hidden()


def test_one_that_is_deleted_meanwhile_says_so(server: Server, put: Put, member: Any) -> None:
    page = member
    image = put(title="soon gone")
    page.goto(server.base + "/mine")
    page.wait_for_load_state("networkidle")
    assert requests.delete(image["delete_url"], timeout=10).status_code == 200
    open_tile(page, 0)
    told = page.locator(".pswp__caption.gone")
    told.wait_for()
    assert "no longer there" in told.inner_text()
    assert all("404" in problem for problem in page.problems)
    page.problems.clear()


@pytest.mark.usefixtures("explored")
def test_a_finger_swipes_to_the_next(server: Server, put: Put, browser: Any) -> None:
    for title in ("left", "right"):
        put(title=title, visibility="public")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server.base + "/explore")
    first = open_tile(page, 0)
    settled(page)
    touch = context.new_cdp_session(page)

    def touched(kind: str, x: int) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": 400}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touched("touchStart", 330)
    for x in range(300, 40, -20):
        touched("touchMove", x)
    touched("touchEnd", 40)
    page.wait_for_function("(first) => location.pathname !== first", arg=first, polling=POLLING)
    context.close()
