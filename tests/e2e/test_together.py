"""An album of several people, on phones: named, added to, taken out of, left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import PASSWORD, Server, sample
from tests.e2e.conftest import violations_in_both
from tests.e2e.test_albums import create
from tests.e2e.test_upload_page import settle

pytestmark = pytest.mark.browser

TILES = ".rows > li"
Put = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def bob(browser: Any, server: Server, server_key: str) -> Iterator[Any]:
    """A phone on which bob is logged in."""
    server.command("user", "create", "bob", "--password-stdin", stdin=PASSWORD)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(base_url=server.base, **phone)
    page = context.new_page()
    page.goto("/login")
    page.fill("[name=name]", "bob")
    page.fill("[name=password]", PASSWORD)
    page.click("main .button:has-text('Log in')")
    page.wait_for_selector(".uploader.scripted")
    yield page
    context.close()


def name_bob(page: Any, server: Server, album: str, right: str = "add") -> None:
    page.goto(f"{server.base}/album/{album}/members")
    page.fill("#name", "bob")
    page.check(f"main [name=right][value={right}]")
    page.click("main .button:has-text('Add member')")
    page.get_by_text("Added: bob, who is told so.").wait_for()


def test_an_album_of_two(logged_in: Any, server: Server, put: Put, bob: Any) -> None:
    ann = logged_in
    ann.set_viewport_size({"width": 390, "height": 844})
    album = create(ann, server, "Our lake", visibility="private")
    put("plain.jpg", title="From ann", album_id=album)
    name_bob(ann, server, album)
    assert not violations_in_both(ann)

    bob.goto("/albums?of=shared")
    assert not violations_in_both(bob)
    bob.get_by_role("link", name="Our lake").tap()
    bob.wait_for_url("**/album/Our-lake.*")
    assert bob.locator(TILES).count() == 1
    bob.locator(".company summary").tap()
    bob.get_by_text("Owner of the album").wait_for()
    assert not violations_in_both(bob)
    bob.goto(f"/?album={album}")
    bob.wait_for_selector(".uploader.scripted")
    bob.locator("[data-defaults] > summary").tap()
    assert bob.locator("#all-album").evaluate("el => el.selectedOptions[0].text").strip() == (
        "Our lake by ann"
    )
    told = "Whoever can open the album sees its files, also by its share links."
    bob.get_by_text(told).first.wait_for()
    bob.set_input_files("#files", [sample("alpha.png")])
    bob.locator("[data-start]").tap()
    settle(bob, 1)
    assert bob.locator(".item[data-state=done]").count() == 1

    ann.goto(f"{server.base}/album/{album}")
    assert ann.locator(TILES).count() == 2
    of_bob = ann.locator(TILES, has_text="bob").locator("a").get_attribute("href")
    ann.locator(TILES, has_text="bob").locator("a").click()  # in place
    ann.locator(".pswp__caption", has_text="· bob").wait_for()
    ann.goto(of_bob)
    ann.get_by_text("by bob").first.wait_for()
    ann.get_by_role("button", name="Remove from album").wait_for()
    assert not violations_in_both(ann)

    bob.goto(f"/album/{album}")
    own = bob.locator(TILES, has_text="bob").locator("a").get_attribute("href")
    bob.goto(f"/manage/{own.rpartition('.')[2]}/albums")
    bob.uncheck("main [name=album]")
    bob.locator("main .button:has-text('Save')").tap()
    bob.wait_for_url("**/image/*")
    bob.goto(f"/album/{album}")
    assert bob.locator(TILES).count() == 1

    ann.goto(f"{server.base}/album/{album}/members")
    ann.get_by_role("button", name="Remove: bob").click()
    ann.get_by_text("Removed: bob.").wait_for()
    assert bob.reload().status == 404
    bob.goto("/albums?of=shared")
    assert not bob.get_by_text("Our lake").count()


def test_who_may_only_see_is_offered_no_adding(
    logged_in: Any, server: Server, put: Put, bob: Any
) -> None:
    album = create(logged_in, server, "To look at", visibility="private")
    put("plain.jpg", title="From ann", album_id=album)
    name_bob(logged_in, server, album, "see")
    bob.goto(f"/album/{album}")
    assert not bob.get_by_text("Add files").count()
    bob.get_by_role("link", name="Leave").tap()
    assert not violations_in_both(bob)
    bob.get_by_role("button", name="Leave album").tap()
    bob.get_by_text("You have left “To look at”.").wait_for()
    assert bob.goto(f"/album/{album}").status == 404


def test_members_without_scripts(unscripted: Any, server: Server, bob: Any) -> None:
    """The same forms."""
    page = unscripted
    page.goto("/albums/new")
    page.fill("main [name=name]", "Plain forms")
    page.check("main [name=visibility][value=private]")
    page.click("main .button:has-text('Create album')")
    album = page.url.rpartition(".")[2]
    name_bob(page, server, album)
    page.get_by_role("button", name="Let bob only see").click()
    page.get_by_role("button", name="Let bob add").wait_for()
    page.fill("#name", "nobody-here")
    page.click("main .button:has-text('Add member')")
    page.get_by_text("No active account has this name.").wait_for()
    assert page.locator("#name").input_value() == "nobody-here"
