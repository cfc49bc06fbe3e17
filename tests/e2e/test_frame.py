"""A slideshow on a tablet: it starts, goes on, takes in what arrives, and ends with its link."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import Server, until
from tests.e2e.conftest import violations
from tests.e2e.test_albums import create

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
SHOWN = "#stage .shown"


@pytest.fixture
def album(logged_in: Any, server: Server, put: Put) -> str:
    """Of three files, which a guest may open; its id."""
    made = create(logged_in, server, "Wall")
    for name in ("a", "b", "c"):
        put("plain.jpg", title=name, album_id=made)
    return made


@pytest.fixture
def wall(browser: Any, server: Server) -> Any:
    """A tablet in nobody's hands, whose time a test moves."""
    context = browser.new_context(
        base_url=server.base, viewport={"width": 1024, "height": 768}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.clock.install()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text))
    yield page
    context.close()
    assert not page.faults


def has_size(page: Any, size: tuple[int, int]) -> bool:
    box = page.locator(SHOWN).bounding_box()
    return (round(box["width"]), round(box["height"])) == size


def is_shown(page: Any, title: str) -> None:
    page.locator(f"{SHOWN}[alt='{title}']").wait_for()


def comes_to(wall: Any, selector: str) -> None:
    until(lambda: wall.clock.run_for(4_000) or wall.locator(selector).count() > 0)


def changes(wall: Any, times: int) -> None:
    """Waits until the two images have changed so often."""
    fronts: list[int] = []

    def has_changed() -> bool:
        wall.clock.run_for(4_000)
        images = wall.locator("#stage img").all()
        fronts.append([one.get_attribute("class") for one in images].index("shown"))
        return sum(one != other for one, other in pairwise(fronts)) >= times

    until(has_changed)


def test_it_starts_and_goes_on_and_begins_anew(wall: Any, album: str) -> None:
    wall.goto(f"/album/{album}/frame?captions=1")
    for title in ("a", "b", "c", "a", "b"):
        is_shown(wall, title)
        assert wall.locator("#caption").inner_text() == title
        assert wall.locator(SHOWN).count() == 1
        wall.clock.run_for(8_000)


# As in Safari of 2015: an image that gets the address that it has fires nothing, or nothing at all
SAME_ADDRESS = """
const src = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
Object.defineProperty(HTMLImageElement.prototype, "src", {
  get: src.get,
  set(value) { if (this.getAttribute("src") !== value) src.set.call(this, value); },
});
"""
NO_EVENTS = """
for (const type of ["load", "error"])
  document.addEventListener(type, event => event.stopImmediatePropagation(), true);
"""


@pytest.mark.parametrize("files", [1, 2, 3])
@pytest.mark.parametrize("quirk", [SAME_ADDRESS, NO_EVENTS], ids=["same address", "no events"])
def test_an_old_browser_that_fires_no_load_goes_on(
    wall: Any, logged_in: Any, server: Server, put: Put, files: int, quirk: str
) -> None:
    party = create(logged_in, server, "Party")
    for name in "abc"[:files]:
        put("pixel.png", title=name, album_id=party)
    wall.add_init_script(quirk)
    wall.goto(f"/album/{party}/frame")
    changes(wall, files + 2)  # until each image has been given each address
    put("pixel.png", title="new", album_id=party)
    with wall.expect_response("**/frame/files?newest=1"):
        wall.clock.run_for(60_000)
    comes_to(wall, f"{SHOWN}[alt='new']")


def test_a_picture_that_never_comes_is_passed_over(wall: Any, album: str) -> None:
    """As from a server that stays silent."""
    wall.goto(f"/album/{album}/frame")
    is_shown(wall, "a")
    held: list[Any] = []
    wall.route("**/images/**", lambda route: route.continue_() if held else held.append(route))
    wall.clock.run_for(8_000)
    comes_to(wall, f"{SHOWN}:not([alt='a'])")
    assert held


def test_small_photos_stay_small(wall: Any, logged_in: Any, server: Server, put: Put) -> None:
    small = create(logged_in, server, "Small")
    put("pixel.png", title="dot", album_id=small)
    put("alpha.png", title="small", album_id=small)
    wall.goto(f"/album/{small}/frame")
    for title, size in (("dot", (2, 2)), ("small", (600, 400))):
        is_shown(wall, title)
        until(partial(has_size, wall, size))  # once the script has run
        wall.clock.run_for(8_000)


def test_what_arrives_is_shown_next(wall: Any, album: str, put: Put) -> None:
    wall.goto(f"/album/{album}/frame")
    is_shown(wall, "a")
    wall.locator("#pause").click()
    put("pixel.png", title="new", album_id=album)
    with wall.expect_response("**/frame/files?newest=1"):
        wall.clock.run_for(60_000)
    wall.locator("#pause").click()
    wall.clock.run_for(8_000)
    is_shown(wall, "b")  # which was loaded before
    wall.clock.run_for(8_000)
    is_shown(wall, "new")
    wall.clock.run_for(8_000)
    is_shown(wall, "c")


def test_an_empty_album_waits_for_its_first_file(
    wall: Any, logged_in: Any, server: Server, put: Put
) -> None:
    empty = create(logged_in, server, "Empty")
    with wall.expect_response("**/frame/files?newest=1"):
        wall.goto(f"/album/{empty}/frame")
    wall.get_by_text("No files to show yet").wait_for()
    put("pixel.png", title="first", album_id=empty)
    wall.clock.run_for(60_000)
    is_shown(wall, "first")
    assert wall.locator("#message").inner_text() == ""


def test_it_ends_calmly_with_what_opened_it(
    wall: Any, logged_in: Any, album: str, server: Server
) -> None:
    wall.goto(f"/album/{album}/frame")
    is_shown(wall, "a")
    logged_in.goto(f"{server.base}/album/{album}/edit")
    logged_in.check("main [name=visibility][value=private]")
    logged_in.click("main .button:has-text('Save')")
    logged_in.wait_for_url("**/album/*")
    wall.clock.run_for(60_000)
    wall.get_by_text("This slideshow has ended").wait_for()
    assert wall.locator("#stage img[src]").count() == 0
    wall.faults.clear()  # a browser writes each 404 on its console


def test_it_goes_on_when_the_network_is_back(wall: Any, album: str) -> None:
    wall.goto(f"/album/{album}/frame")
    is_shown(wall, "a")
    wall.route("**/*", lambda route: route.abort())
    for _ in range(20):
        wall.clock.run_for(10_000)
    assert wall.locator(SHOWN).count() == 1
    wall.unroute("**/*")
    before = wall.locator(SHOWN).get_attribute("alt")
    with wall.expect_response("**/frame/files?after=*"):
        for _ in range(12):
            wall.clock.run_for(10_000)
    wall.locator(f"{SHOWN}:not([alt='{before}'])").wait_for()
    wall.faults.clear()  # it wrote that the network was away


def test_keys_and_the_way_out(wall: Any, album: str) -> None:
    wall.goto(f"/album/{album}/frame")
    is_shown(wall, "a")
    wall.clock.run_for(4_000)
    assert wall.evaluate("document.body.className") == "idle"
    wall.keyboard.press("ArrowRight")
    is_shown(wall, "b")
    assert wall.evaluate("document.body.className") == ""
    wall.keyboard.press("ArrowLeft")
    is_shown(wall, "a")
    wall.keyboard.press("Space")
    wall.get_by_role("button", name="Continue").wait_for()
    wall.clock.run_for(60_000)
    is_shown(wall, "a")
    wall.keyboard.press("Space")
    wall.clock.run_for(10_000)
    is_shown(wall, "b")
    wall.clock.run_for(4_000)
    wall.keyboard.press("Tab")
    wall.clock.run_for(9_000)
    assert wall.evaluate("document.body.className") == ""  # what has the focus is seen
    wall.keyboard.press("Escape")
    wall.wait_for_url(f"**/album/Wall.{album}")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_taps_and_what_axe_says(wall: Any, album: str, size: tuple[int, int]) -> None:
    wall.set_viewport_size({"width": size[0], "height": size[1]})
    wall.goto(f"/album/{album}/frame?captions=1&clock=1")
    is_shown(wall, "a")
    wall.mouse.click(size[0] - 20, size[1] / 2)
    is_shown(wall, "b")
    wall.mouse.click(20, size[1] / 2)
    is_shown(wall, "a")
    wall.mouse.click(size[0] / 2, size[1] / 2)
    is_shown(wall, "a")
    box = wall.locator(SHOWN).bounding_box()
    assert round(box["width"]) == size[0] or round(box["height"]) == size[1]
    assert not violations(wall)


def test_three_hundred_changes_leave_nothing_behind(wall: Any, album: str) -> None:
    wall.goto(f"/album/{album}/frame")
    session = wall.context.new_cdp_session(wall)

    def change(times: int) -> tuple[int, int]:
        """Nodes, and bytes of the script's memory."""
        for _ in range(times):
            before = wall.locator(SHOWN).get_attribute("alt")
            wall.keyboard.press("ArrowRight")
            wall.locator(f"{SHOWN}:not([alt='{before}'])").wait_for()
        session.send("HeapProfiler.collectGarbage")
        counted = session.send("Memory.getDOMCounters")["nodes"]
        return counted, session.send("Runtime.getHeapUsage")["usedSize"]

    is_shown(wall, "a")
    nodes, size = change(60)  # as many as it can go back
    more_nodes, more_size = change(240)
    assert more_nodes <= nodes + 5 and more_size < size + 300_000


def test_without_scripts_a_link_leads_on(unscripted: Any, album: str) -> None:
    unscripted.goto(f"/album/{album}/frame?captions=1")
    for title in ("a", "b"):
        assert unscripted.locator("#caption").inner_text() == title
        assert unscripted.locator(SHOWN).evaluate("image => image.naturalWidth")
        unscripted.get_by_role("link", name="Next").click()
    assert unscripted.locator("#caption").inner_text() == "c"
