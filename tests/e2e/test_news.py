"""The bell and hearts in a browser, a phone first: two people of one album."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from tests.conftest import PASSWORD, Server, csrf_token, sample
from tests.e2e.conftest import violations_in_both
from tests.sessions import browser_cookies, session_on

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def key_of_bob(server: Server, server_key: str) -> str:
    server.command("user", "create", "bob", "--password-stdin", stdin=PASSWORD)
    return server.command("key", "create", "bob")


@pytest.fixture
def phone(browser: Any, server: Server, cookies: list[dict[str, Any]]) -> Iterator[Any]:
    """Ann's."""
    context = browser.new_context(base_url=server.base, **PHONE)
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone_of_bob(browser: Any, server: Server, key_of_bob: str) -> Iterator[Any]:
    context = browser.new_context(base_url=server.base, **PHONE)
    context.add_cookies(browser_cookies(server.base, "bob"))
    yield context.new_page()
    context.close()


@pytest.fixture
def shared(server: Server, key_of_bob: str) -> str:
    """The id of an album of ann's to which bob may add."""
    with session_on(server.base) as ann:
        token = csrf_token(ann.get(server.base + "/albums/new", timeout=30).text)
        fields = {"name": "Holiday", "visibility": "private", "sort": "uploaded"}
        album = ann.post(server.base + "/albums/new", data={"csrf_token": token, **fields})
        path = f"/album/{album.url.rpartition('.')[2]}"
        ann.post(
            server.base + path + "/members",
            data={"csrf_token": token, "name": "bob", "right": "add"},
        ).raise_for_status()
    return path.rpartition("/")[2]


def add(server: Server, key: str, album: str, name: str = "plain.jpg", **fields: str) -> None:
    with sample(name).open("rb") as source:
        answer = requests.post(
            server.base + "/api/1/upload",
            data={"album_id": album, **fields},
            files={"source": source},
            headers={"X-API-Key": key},
            timeout=30,
        )
    assert answer.status_code == 200, answer.text


def test_one_adds_and_the_other_is_told(
    phone: Any, server: Server, shared: str, key_of_bob: str
) -> None:
    phone.goto("/albums")
    bell = phone.locator(".bell")
    before = bell.get_attribute("aria-label")
    assert before == "Notifications"
    add(server, key_of_bob, shared)
    add(server, key_of_bob, shared, "pixel.png", title="Lake")
    phone.reload()
    assert bell.get_attribute("aria-label") == "Notifications, 1 new"
    assert phone.evaluate(WIDTH) == 390
    box = bell.bounding_box()
    assert box["width"] >= 44 and box["height"] >= 44 and box["x"] + box["width"] <= 390
    with phone.expect_response("**/notifications/seen") as seen:
        bell.click()
    assert seen.value.json() == {"number": "", "label": "Notifications"}
    row = phone.get_by_role("link", name="2 new files from bob")
    expect(phone.locator("[data-see]")).to_have_count(0)
    assert bell.get_attribute("aria-label") == "Notifications"
    assert row.locator(".fresh").is_visible()  # what was new stays marked
    assert not violations_in_both(phone)
    row.click()
    phone.wait_for_url("**/album/Holiday.*?sort=added")
    names = phone.locator(".rows .caption strong").all_inner_texts()
    assert names[0] == "Lake" and len(names) == 2
    phone.goto("/notifications")
    assert phone.locator(".news .new").count() == 0


@pytest.mark.parametrize("width", [320, 360, 390, 700, 900, 1024, 1100, 1440])
def test_the_header_has_room_for_the_bell(width: int, phone: Any) -> None:
    phone.set_viewport_size({"width": width, "height": 700})
    phone.goto("/albums")
    assert phone.evaluate(WIDTH) == width
    assert phone.locator(".top").bounding_box()["height"] <= 66
    seen = phone.locator(
        ".top .brand .logo, .top nav > a, .top .bell, .top > .menu > summary"
    ).all()
    boxes = sorted([one.bounding_box() for one in seen], key=lambda box: box["x"])
    assert len(boxes) == 7 and boxes[-1]["x"] + boxes[-1]["width"] <= width
    for one, other in itertools.pairwise(boxes):
        assert one["x"] + one["width"] <= other["x"] + 0.5


def test_nothing_is_read_out_of_sight(
    phone: Any, server: Server, shared: str, key_of_bob: str
) -> None:
    """As a browser has a page that it fetches ahead, or that lies behind another tab."""
    add(server, key_of_bob, shared)
    phone.add_init_script(
        "Object.defineProperty(document, 'visibilityState', {get: () => window.state ?? 'hidden'})"
    )
    posts = []
    phone.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    phone.clock.install()
    phone.goto("/notifications")
    phone.clock.run_for(60_000)
    assert posts == []
    phone.evaluate(
        "window.state = 'visible'; document.dispatchEvent(new Event('visibilitychange'))"
    )
    with phone.expect_response("**/notifications/seen"):
        phone.clock.run_for(2000)


def test_without_a_script_there_is_a_button(
    unscripted: Any, server: Server, shared: str, key_of_bob: str
) -> None:
    add(server, key_of_bob, shared)
    unscripted.goto("/notifications")
    assert unscripted.locator(".news .new").count() == 1
    unscripted.get_by_role("button", name="Mark all as read").click()
    assert unscripted.locator(".news .new").count() == 0
    assert unscripted.locator(".bell").get_attribute("aria-label") == "Notifications"


def test_a_heart_on_a_phone(phone: Any, phone_of_bob: Any, put: Put) -> None:
    image = put("plain.jpg", visibility="public", title="Harbor")
    phone_of_bob.goto(image["url_viewer"])
    heart = phone_of_bob.locator("button.heart")
    assert heart.get_attribute("aria-pressed") == "false"
    with phone_of_bob.expect_response("**/heart/*"):
        heart.tap()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(phone_of_bob.get_by_text("Hearts from you")).to_be_visible()
    assert phone_of_bob.evaluate(WIDTH) == 390
    assert not violations_in_both(phone_of_bob)
    phone.goto("/notifications")
    phone.get_by_role("link", name="Heart from bob Harbor").click()
    phone.wait_for_url(f"**{image['path_viewer']}")
    assert phone.locator("button.heart").inner_text().split() == ["Heart", "1"]
    phone_of_bob.reload()
    with phone_of_bob.expect_response("**/heart/*"):
        heart.tap()
    expect(phone_of_bob.get_by_text("Hearts from you")).to_be_hidden()
    phone.goto("/notifications")
    assert phone.get_by_text("Harbor").count() == 0


def test_a_heart_that_the_server_did_not_take(phone_of_bob: Any, put: Put) -> None:
    page = phone_of_bob
    page.goto(put("plain.jpg", visibility="public")["url_viewer"])
    page.route("**/heart/*", lambda route: route.fulfill(status=503, body=""))
    heart = page.locator("button.heart")
    heart.tap()
    page.locator(".toast", has_text="That didn't work").wait_for()
    expect(heart).to_have_attribute("aria-pressed", "false")
    assert heart.locator("[data-count]").inner_text() == ""
    page.unroute("**/heart/*")
    with page.expect_response("**/heart/*"):
        heart.tap()
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_a_heart_without_a_script(unscripted: Any, put: Put) -> None:
    unscripted.goto(put("plain.jpg", visibility="public")["url_viewer"])
    for pressed in ("true", "false"):
        unscripted.locator("button.heart").click()
        assert unscripted.locator("button.heart").get_attribute("aria-pressed") == pressed


def test_a_heart_in_the_viewer(phone_of_bob: Any, server: Server, shared: str, put: Put) -> None:
    """Over an album, of a file that only the album opens: it is on the page of hearts then."""
    put("plain.jpg", title="Only here", visibility="private", album_id=shared)
    page = phone_of_bob
    page.goto(f"/album/{shared}")
    page.locator(".rows a").first.click()
    heart = page.locator(".pswp__button--heart")
    expect(heart).to_have_attribute("aria-pressed", "false")
    with page.expect_response(lambda one: one.request.method == "POST" and "/heart" in one.url):
        heart.tap()
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert not violations_in_both(page)
    page.goto("/liked")
    page.locator(".rows a").first.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    assert page.locator(".rows .caption strong").first.inner_text() == "Only here"


def test_guests_have_no_heart_to_press(page: Any, server: Server, put: Put) -> None:
    page.goto(put("plain.jpg", visibility="public")["url_viewer"])
    assert page.locator("button.heart, .bell").count() == 0
