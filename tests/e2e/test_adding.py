"""Who has a share link sends files by it, on a phone and at a desk, with a script and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.share_links import revoke_link
from tests.conftest import Server, sample
from tests.e2e.conftest import violations_in_both
from tests.e2e.sharing import link_of
from tests.e2e.test_upload_page import choose, drop, settle

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("server_key")]


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def is_whole(page: Any) -> None:
    page.emulate_media(reduced_motion="reduce")  # or a colour is read on its way to another
    assert violations_in_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_a_guest_sends_three_files_and_takes_one_back(phone: Any, server: Server) -> None:
    page = phone
    with link_of(server) as (link, _):
        page.goto(link)
        page.get_by_role("link", name="Add files").click()
        page.wait_for_selector(".uploader.scripted")
        assert page.get_by_role("heading", name="Add files").is_visible()
        is_whole(page)
        choose(page, "plain.jpg", "pixel.png", "clip.mp4")
        page.click("[data-start]")  # the browser says that the name is missing
        assert page.evaluate("document.activeElement.id") == "sender"
        assert page.locator(".item[data-state=waiting]").count() == 3
        page.get_by_label("Your name").fill("Tom")
        page.click("[data-start]")
        settle(page, 3)
        assert page.locator(".item[data-state=done]").count() == 3
        assert page.text_content("[data-summary]") == "3 of 3 done"
        is_whole(page)
        page.reload()
        assert page.input_value("#sender") == "Tom"
        sent = page.locator(".sent .item")
        assert sent.count() == 3
        is_whole(page)
        page.get_by_role("link", name="Take back: plain.jpg").click()
        is_whole(page)
        page.get_by_role("button", name="Take back").click()
        page.get_by_role("heading", name="Add files").wait_for()
        assert sent.count() == 2 and not page.get_by_text("plain.jpg").count()
        page.get_by_role("link", name="Back to the files").click()
        assert page.locator(".rows li").count() == 2
        page.goto(f"{link}/add")
        choose(page, "alpha.png")
        page.click("[data-start]")
        settle(page, 1)
        page.get_by_role("button", name="Take back: alpha.png").click()
        page.get_by_text("The file is deleted for everybody, also for ann.").wait_for()
        is_whole(page)
        page.get_by_role("dialog").get_by_role("button", name="Take back").click()
        page.get_by_text("Taken back: alpha.png").wait_for()
        assert page.locator("[data-queue] .item").count() == 0
        page.goto(link)
        assert page.locator(".rows li").count() == 2


def test_the_owner_approves_and_the_guest_sees_it(phone: Any, member: Any, server: Server) -> None:
    with link_of(server, needs_approval=True) as (link, row):
        phone.goto(f"{link}/add")
        assert phone.get_by_text("Nobody else sees them until ann approves them.").is_visible()
        phone.get_by_label("Your name").fill("Tom")
        choose(phone, "plain.jpg", "pixel.png", "alpha.png")
        phone.click("[data-start]")
        settle(phone, 3)
        assert phone.get_by_text("Waits for the approval of ann.").count() == 3
        phone.goto(link)
        assert not phone.locator(".rows li").count()
        member.goto(f"{server.base}/links/{row.public_id}/sent")
        is_whole(member)
        member.get_by_role("checkbox", name="plain.jpg").check()
        member.get_by_text("1 selected").wait_for()
        member.get_by_role("button", name="Approve", exact=True).click()
        member.get_by_text("Approved: plain.jpg.").wait_for()
        member.get_by_role("checkbox", name="pixel.png").check()
        member.get_by_role("button", name="Refuse", exact=True).click()
        is_whole(member)
        member.get_by_role("button", name="Refuse and delete").click()
        member.get_by_text("Refused and deleted: pixel.png.").wait_for()
        assert member.locator(".rows li").count() == 1
        phone.reload()
        assert phone.locator(".rows li").count() == 1
        phone.goto(f"{link}/add")
        assert phone.locator(".sent .item").count() == 2
        assert not phone.get_by_text("pixel.png").count()


def test_each_file_says_why_it_was_not_sent(phone: Any, server: Server) -> None:
    with link_of(server, max_files=2) as (link, _):
        phone.goto(f"{link}/add")
        phone.get_by_label("Your name").fill("Tom")
        choose(phone, "plain.jpg", "pixel.png", "alpha.png", "truncated.jpg")
        phone.click("[data-start]")
        settle(phone, 4)
        failed = phone.locator(".item[data-state=failed]")
        assert failed.count() == 2
        is_whole(phone)
        choose(phone, "alpha.png")
        phone.click("[data-start]")
        phone.get_by_text("Too many: this link takes 2 files.").first.wait_for()


def test_files_that_are_dropped_on_the_page_of_the_link(page: Any, server: Server) -> None:
    with link_of(server) as (link, _):
        page.goto(link)
        drop(page, [sample("plain.jpg")])
        page.wait_for_selector("dialog .uploader.scripted .item")
        assert page.evaluate("document.activeElement.id") == "sender"
        is_whole(page)
        page.get_by_label("Your name").fill("Tom")
        page.keyboard.press("Enter")
        settle(page, 1)
        page.get_by_text("Sent. Whoever has the link sees it.").wait_for()


def test_files_that_are_dropped_where_the_link_asks_again(page: Any, server: Server) -> None:
    with link_of(server, max_views=9) as (link, _):
        page.goto(link)
        page.get_by_role("button", name="Open").click()
        page.locator("[data-adding-overlay]").wait_for(state="attached")
        kept = page.context.cookies()
        page.context.clear_cookies()
        drop(page, [sample("plain.jpg")])
        page.get_by_text("The link asks again before it takes files").wait_for()
        assert not page.locator("dialog[open]").count() and not page.get_by_text("null").count()
        page.context.add_cookies(kept)
        drop(page, [sample("plain.jpg")])
        page.wait_for_selector("dialog .uploader.scripted .item")


def test_without_a_script(browser: Any, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    with link_of(server, needs_approval=True) as (link, _):
        page.goto(link)
        page.get_by_role("link", name="Add files").click()
        page.get_by_label("Your name").fill("Tom")
        page.set_input_files("#files", [sample("plain.jpg"), sample("README.md")])
        page.get_by_role("button", name="Upload").click()
        assert page.get_by_text("plain.jpg: Sent.").is_visible()
        assert page.get_by_text("Waits for the approval of ann.").is_visible()
        page.get_by_role("link", name="Take back: plain.jpg").click()
        page.get_by_role("button", name="Take back").click()
        assert page.get_by_role("heading", name="Add files").is_visible()
        assert not page.locator(".sent").count()
    context.close()


def test_a_link_that_asks_again_keeps_the_files(browser: Any, server: Server) -> None:
    """They are sent as soon as it was answered in another tab."""
    context = browser.new_context()
    page = context.new_page()
    with link_of(server, password="open sesame") as (link, _):
        page.goto(link)
        page.get_by_label("Password").fill("open sesame")
        page.get_by_role("button", name="Open").click()
        page.goto(f"{link}/add")
        page.get_by_label("Your name").fill("Tom")
        choose(page, "plain.jpg")
        context.clear_cookies(name="share")
        page.click("[data-start]")
        page.get_by_text("The link asks again before it takes more.").wait_for()
        is_whole(page)
        with context.expect_page() as opened:
            page.get_by_role("link", name="Open the link in a new tab").click()
        other = opened.value
        other.get_by_label("Password").fill("open sesame")
        other.get_by_role("button", name="Open").click()
        other.get_by_role("link", name="Add files").wait_for()
        other.close()
        page.evaluate("dispatchEvent(new Event('focus'))")
        settle(page, 1)
        assert page.locator(".item[data-state=done]").count() == 1
    context.close()


def test_a_link_that_ends_meanwhile(phone: Any, server: Server) -> None:
    with link_of(server) as (link, row):
        phone.goto(f"{link}/add")
        phone.get_by_label("Your name").fill("Tom")
        choose(phone, "plain.jpg")
        revoke_link(row)
        phone.click("[data-start]")
        phone.get_by_text("This link takes no more files. Ask whoever gave it to you.").wait_for()
        assert phone.locator(".item[data-state=failed]").count() == 1
