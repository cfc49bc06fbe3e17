"""Options of the upload page: for all files, for one, remembered, and of what is there already."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from tests.conftest import Server
from tests.e2e.test_upload_page import choose, choose_from_menu, settle

pytestmark = pytest.mark.browser

THIS_TIME = "In this browser: Private. Your default is Unlisted."


def test_fields_for_all_for_one_and_remembered(logged_in: Any, server: Server) -> None:
    page = logged_in
    assert page.text_content("[data-said-options]") == "Unlisted"
    page.click("[data-defaults] summary")
    page.fill("[data-defaults] [name=tags]", "sea, holiday")
    page.select_option("[data-defaults] [name=expiration]", "P1D")
    page.check("[data-defaults] [name=nsfw]")
    page.fill("[data-defaults] [name=width]", "400")
    page.locator("[data-defaults] [name=width]").dispatch_event("change")
    choose(page, "plain.jpg", "alpha.png")
    first = page.locator(".item").first
    assert page.text_content("[data-said-options]") == (
        "Unlisted · Expires in 1 day · Width: 400 px · Tags: sea, holiday · Not safe for work"
    )
    choose_from_menu(page, first, "Options")
    page.fill("#item-title", "Only this one")
    page.select_option("#item-expiration", "P3D")
    page.get_by_role("button", name="Save").click()
    assert "Title: Only this one · Expires in 3 days" in first.locator(".state").text_content()
    page.click("[data-start]")
    settle(page, 2)
    viewer = first.locator(".link").input_value()
    text = requests.get(viewer, timeout=10).text
    assert (
        "Only this one" in text
        and ">sea<" in text
        and "400 × 300" in text
        and "unveil" in text
        and "Expires" in text
    )
    page.reload()
    page.wait_for_selector(".uploader.scripted")
    assert (
        page.locator("[data-defaults] [name=expiration]").input_value() == ""
    )  # forgotten on purpose
    assert page.locator("[data-defaults] [name=nsfw]").is_checked()
    assert page.locator("[data-defaults] [name=tags]").input_value() == ""  # tags are of a day


def test_who_can_see_it_for_all_for_one_and_remembered(logged_in: Any) -> None:
    page = logged_in
    page.click("[data-defaults] summary")
    page.get_by_role("radio", name="Private").check()
    choose(page, "plain.jpg", "alpha.png")
    assert page.text_content("[data-said-options]") == THIS_TIME
    first = page.locator(".item").first
    choose_from_menu(page, first, "Options")
    assert page.locator("#upload-options [value=private]").is_checked()
    page.locator("#upload-options [value=public]").check()
    page.get_by_role("button", name="Save").click()
    assert "Public" in first.locator(".state").text_content()
    page.click("[data-start]")
    settle(page, 2)
    links = [row.locator(".link").input_value() for row in page.locator(".item").all()]
    assert [requests.get(link, timeout=10).status_code for link in links] == [200, 404]
    page.reload()
    page.wait_for_selector(".uploader.scripted")
    assert page.text_content("[data-said-options]") == THIS_TIME
    page.click("[data-defaults] summary")
    page.get_by_role("radio", name="Unlisted").check()  # what the site says isn't remembered
    assert page.text_content("[data-said-options]") == "Unlisted"
    assert page.evaluate("JSON.parse(localStorage.upload).visibility") == ""


def test_who_can_see_it_afterwards(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg")
    page.click("[data-start]")
    settle(page, 1)
    row = page.locator(".item")
    link = row.locator(".link").input_value()
    for level, status, said in [
        ("private", 404, "Private: only you and moderators can open it."),
        ("members", 404, "Members only: everyone with an account can open it."),
        ("unlisted", 200, re.compile("^(Removed|No private)")),
    ]:
        choose_from_menu(page, row, "Edit")
        page.locator(f"#upload-options [value={level}]").check()
        page.get_by_role("button", name="Save").click()
        row.locator(".state", has_text=said).wait_for()
        assert requests.get(link, timeout=10).status_code == status


def test_editing_afterwards(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg")
    page.click("[data-start]")
    settle(page, 1)
    row = page.locator(".item")
    choose_from_menu(page, row, "Edit")
    dialog = page.get_by_role("dialog", name="Edit")
    assert page.locator("#item-title").input_value() == "plain"
    assert page.locator("#item-width").is_hidden()  # it is stored as it is
    page.fill("#item-title", "Given up")
    dialog.get_by_role("button", name="Cancel").click()
    choose_from_menu(page, row, "Edit")
    assert page.locator("#item-title").input_value() == "plain"
    page.fill("#item-title", "Said later")
    page.fill("#item-alt", "A cup of coffee")
    page.select_option("#item-expiration", "PT1H")
    dialog.get_by_role("button", name="Save").click()
    page.locator(".toast", has_text="Saved").wait_for()
    assert row.locator(".name").text_content() == "Said later"
    assert "Expires in 1 hour · " in row.locator(".state").text_content()
    text = requests.get(row.locator(".link").input_value(), timeout=10).text
    assert "Said later" in text and 'alt="A cup of coffee"' in text
    for kind, code in (("markdown", "![A cup of coffee]("), ("html", 'alt="A cup of coffee"')):
        page.select_option("[data-copy-kind]", kind)  # what is copied is as new as the page
        assert code in row.locator(".link").input_value()
    choose_from_menu(page, row, "Details")
    details = page.locator("#upload-details")
    assert "Said later" in details.locator("[data-name]").text_content()
    assert re.fullmatch(
        r"\d+ \w+ \d{4}, \d\d:\d\d \S+", details.locator("[data-detail=expires]").text_content()
    )
    assert "Arrived complete" in details.locator("[data-detail=check]").text_content()


def test_who_can_see_it_is_said_without_scripts(unscripted: Any) -> None:
    """While nothing else is chosen, as nothing can say that."""
    page = unscripted
    page.goto("/")
    said = page.locator("[data-said-options]")
    assert said.is_visible() and said.text_content() == "Unlisted"
    page.click("[data-defaults] summary")
    page.locator("[data-defaults] [value=private]").check()
    assert said.is_hidden()
    page.locator("[data-defaults] [value=unlisted]").check()
    assert said.is_visible()


def test_a_new_default_ends_what_was_remembered(logged_in: Any, server: Server) -> None:
    """Nothing of a person who has made their uploads private goes public for an older choice."""
    page = logged_in

    def chosen() -> str:
        page.goto(server.base + "/")
        page.wait_for_selector(".uploader.scripted")
        value: str = page.locator("[data-defaults] [name=visibility]:checked").input_value()
        return value

    page.click("[data-defaults] summary")
    page.locator("[data-defaults] [value=public]").check()
    assert chosen() == "public"
    for level in ("private", "unlisted"):  # and back, for whoever is next
        page.goto(server.base + "/settings/uploads")
        page.locator(f"main [name=visibility][value={level}]").check()
        page.locator("main form button").first.click()
        assert chosen() == level


def test_options_for_all_go_to_what_is_uploaded_when_applied(logged_in: Any) -> None:
    page = logged_in
    title = page.locator("[data-options-title]")
    page.click("[data-defaults] summary")
    page.fill("[data-defaults] [name=tags]", "sea")
    choose(page, "plain.jpg", "alpha.png")
    row = page.locator(".item").first
    choose_from_menu(page, row, "Options")
    page.fill("#item-tags", "only this one")
    page.get_by_role("button", name="Save").click()
    assert title.text_content() == "Options for all files"
    page.click("[data-start]")
    settle(page, 2)
    links = [row.locator(".link").input_value() for row in page.locator(".item").all()]
    page.get_by_text("Options for the next files").wait_for()
    apply = page.locator("[data-apply]")
    assert apply.inner_text() == "Apply to the 2 uploaded" and apply.is_disabled()
    page.locator("[data-defaults] [value=private]").check()
    page.select_option("[data-defaults] [name=expiration]", "PT1H")
    assert [requests.get(link, timeout=10).status_code for link in links] == [200, 200]
    page.route("**/manage/*/edit", lambda route: route.abort(), times=1)
    apply.click()
    page.locator(".toast", has_text="1 file not changed. Try again.").wait_for()
    page.problems.clear()
    assert apply.inner_text() == "Apply to the 1 uploaded"
    apply.click()
    page.locator(".toast", has_text="1 file changed.").wait_for()
    assert apply.is_disabled()
    assert [requests.get(link, timeout=10).status_code for link in links] == [404, 404]
    for row in page.locator(".item").all():
        text = row.locator(".state").text_content()
        assert text.startswith("Private: only you and moderators can open it. · Expires in 1 hour")
    page.goto(links[0])  # what was said of one file alone stays
    assert page.locator("main .tags a").all_inner_texts() == ["only this one"]
    page.goto(links[1])
    assert page.locator("main .tags a").all_inner_texts() == ["sea"]


def test_edit_all_is_of_those_files_only(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg", "alpha.png")
    page.click("[data-start]")
    settle(page, 2)
    page.click("[data-more] summary")
    page.get_by_role("button", name="Edit all").click()
    assert page.locator("[data-defaults][open] [data-apply]").is_visible()
    assert page.locator("[data-options-title]").text_content() == "Edit 2 uploaded files"
    page.locator("[data-defaults] [value=private]").check()
    page.locator("[data-apply]").click()
    page.locator(".toast", has_text="2 files changed.").wait_for()
    page.locator("[data-defaults]:not([open])").wait_for()  # and the next files are as before
    page.get_by_text("Options for the next files").wait_for()
    assert page.locator("[data-said-options]").text_content() == "Unlisted"
    page.reload()
    page.wait_for_selector(".uploader.scripted")
    assert page.locator("[data-said-options]").text_content() == "Unlisted"


def test_delete_all(logged_in: Any) -> None:
    page = logged_in
    choose(page, "plain.jpg", "alpha.png")
    page.click("[data-start]")
    settle(page, 2)
    links = [row.locator(".link").input_value() for row in page.locator(".item").all()]
    page.click("[data-more] summary")
    page.get_by_role("button", name="Delete all").click()
    page.locator(".toast", has_text="2 files moved to the bin").wait_for()
    assert page.locator(".item").count() == 0
    assert [requests.get(link, timeout=10).status_code for link in links] == [410, 410]
