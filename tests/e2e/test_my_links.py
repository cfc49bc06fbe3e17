"""A member's own share links in a browser, on a phone first: made, copied, opened by somebody else,
changed, revoked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Server
from tests.e2e.conftest import violations_in_both
from tests.e2e.test_albums import choose, create

pytestmark = pytest.mark.browser

Put = Callable[..., dict[str, Any]]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def ann(
    request: pytest.FixtureRequest, browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> Iterator[Any]:
    context = browser.new_context(
        viewport=request.param,
        has_touch=request.param == PHONE,
        base_url=server.base,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def stranger(browser: Any, server: Server) -> Iterator[Any]:
    """Somebody without an account, on another phone."""
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=server.base)
    yield context.new_page()
    context.close()


def test_a_link_to_an_album_from_its_first_day_to_its_last(
    ann: Any, stranger: Any, server: Server, put: Put
) -> None:
    album = create(ann, server, "A week at the lake", visibility="private")
    put("plain.jpg", title="Coffee", album_id=album, visibility="private")
    ann.goto(f"/album/{album}")
    ann.click("summary:has-text('Share')")
    ann.click("text=Create share link")
    ann.get_by_role("heading", name="Create share link").wait_for()
    assert violations_in_both(ann) == []
    ann.select_option("[name=ends]", "30")
    ann.click("main button:has-text('Create share link')")
    ann.wait_for_url("**/links/*")
    assert violations_in_both(ann) == []
    ann.click("main button:has-text('Copy')")
    ann.locator(".toast", has_text="Copied").wait_for()
    link = ann.evaluate("navigator.clipboard.readText()")
    assert link.startswith(server.base + "/s/") and ann.input_value("#share-link") == link

    stranger.goto(link)
    stranger.get_by_role("heading", name="A week at the lake").wait_for()
    picture = stranger.locator("main img").first
    picture.wait_for()
    address = picture.get_attribute("src")
    assert stranger.request.get(address).status == 200

    ann.goto(f"/album/{album}")
    ann.click("summary:has-text('Share')")
    ann.click("a.entry:has-text('1 share link')")
    ann.get_by_role("heading", name="Share links to A week at the lake").wait_for()
    assert violations_in_both(ann) == []
    ann.click("main button:has-text('Revoke')")
    ann.locator(".notice", has_text="is revoked").wait_for()
    assert violations_in_both(ann) == []
    assert stranger.goto(link).status == 404
    assert stranger.request.get(address).status == 404
    ann.click("main button:has-text('Undo')")
    ann.locator(".toast", has_text="works again").wait_for()
    assert stranger.goto(link).status == 200

    ann.click("main button:has-text('Revoke') >> nth=0")
    ann.click("main a:has-text('Delete') >> nth=0")
    ann.get_by_role("heading", name="Delete share link?").wait_for()
    assert violations_in_both(ann) == []
    ann.click("main button:has-text('Delete')")
    ann.locator(".toast", has_text="Share link deleted.").wait_for()
    assert stranger.goto(link).status == 404


def test_a_password_is_suggested_and_another_one_closes_the_link(
    ann: Any, stranger: Any, put: Put
) -> None:
    image = put("pixel.png", title="Red", visibility="private")
    ann.goto(f"/links/new?uploads={image['id_encoded']}")
    ann.click("button:has-text('Suggest one')")
    password = ann.input_value("[name=password]")
    assert len(password) == 14 and password.count("-") == 2
    ann.fill("[name=title]", "For Grandma")
    ann.click("main button:has-text('Create share link')")
    ann.wait_for_url("**/links/*")
    link = ann.input_value("#share-link")

    def enter(text: str) -> None:
        stranger.goto(link)
        stranger.fill("[name=password]", text)
        stranger.click("main .button")

    enter(password)
    stranger.get_by_role("heading", name="For Grandma").wait_for()
    ann.click("main a:has-text('Edit')")
    assert not ann.locator("[name=password]").is_visible()
    ann.check("[name=password_is][value=change]")
    assert violations_in_both(ann) == []
    ann.fill("[name=password]", "tiny")
    ann.click("main button:has-text('Save')")
    ann.locator("[role=alert]", has_text="Use 6 to 256 characters.").wait_for()
    assert ann.evaluate("document.activeElement.name") == "password"
    assert violations_in_both(ann) == []
    ann.fill("[name=password]", "another one")
    ann.click("main button:has-text('Save')")
    ann.locator(".toast", has_text="Saved.").wait_for()
    stranger.goto(link)
    stranger.locator("[name=password]").wait_for()
    enter("another one")
    stranger.get_by_role("heading", name="For Grandma").wait_for()


def test_what_is_not_wanted_is_not_asked_for(ann: Any, put: Put) -> None:
    """Fields show up with the choice that they belong to."""
    image = put("pixel.png", visibility="private")
    ann.goto(f"/links/new?uploads={image['id_encoded']}")
    day, most = ann.locator("[name=end_date]"), ann.locator("[name=max_files]")
    assert not day.is_visible() and not most.is_visible()
    ann.select_option("[name=ends]", "date")
    ann.check("[name=may_add]")
    assert day.is_visible() and most.is_visible()
    assert violations_in_both(ann) == []


def test_files_that_were_just_uploaded_get_one_link(
    logged_in: Any, stranger: Any, server: Server
) -> None:
    page = logged_in
    choose(page, "pixel.png", "alpha.png", "plain.jpg")
    page.click("[data-more] summary")
    page.click("[data-share-all]")
    page.locator(".link-target", has_text="3 files").wait_for()
    page.click("main button:has-text('Create share link')")
    page.wait_for_url("**/links/*")
    stranger.goto(page.input_value("#share-link"))
    assert stranger.locator("[data-view]").count() == 3


def test_without_scripts(unscripted: Any, put: Put) -> None:
    """Chosen, made, changed, revoked."""
    page = unscripted
    ids = [put(name, visibility="private")["id_encoded"] for name in ("pixel.png", "alpha.png")]
    page.goto("/links")
    page.click("main a:has-text('Create share link')")
    for one in ids:
        page.check(f".box[value='{one}']")
    page.get_by_role("button", name="Continue").click()
    assert not page.locator("button:has-text('Suggest one')").is_visible()
    page.fill("[name=title]", "By hand")
    page.click("main button:has-text('Create share link')")
    assert page.get_by_role("heading", name="By hand").is_visible()
    page.click("main a:has-text('Edit')")
    page.fill("[name=max_views]", "3")
    page.click("main button:has-text('Save')")
    assert page.locator("text=Opened 0 of 3 times").is_visible()
    page.click("main button:has-text('Revoke')")
    page.click("main button:has-text('Undo')")
    assert page.locator("li:has-text('By hand') .state").first.inner_text() == "Works"


def test_the_printed_page_is_black_on_white(ann: Any, put: Put) -> None:
    image = put("pixel.png", visibility="private")
    ann.goto(f"/links/new?uploads={image['id_encoded']}")
    ann.fill("[name=title]", "Ann and Ben")
    ann.click("main button:has-text('Create share link')")
    ann.click("main a:has-text('Print')")
    ann.get_by_role("heading", name="Ann and Ben").wait_for()
    assert violations_in_both(ann) == []
    ann.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    ann.click("button:has-text('Print')")
    assert ann.locator("[data-printed=yes]").count() == 1
    ann.emulate_media(media="print", color_scheme="dark")
    look = "el => [getComputedStyle(el).color, getComputedStyle(el).backgroundColor]"
    black_on_white = ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert ann.locator(".sheet").evaluate(look) == black_on_white
    assert ann.locator("body").evaluate(look)[1] == black_on_white[1]
    for hidden in ("header.top", "[data-print]", ".notice"):
        assert not ann.locator(hidden).first.is_visible(), hidden
    box = ann.locator(".sheet img").bounding_box()
    assert box["width"] > 250
