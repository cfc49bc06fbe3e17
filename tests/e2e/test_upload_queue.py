"""The queue of the upload page: its rows, and what it does where something stands in its way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import PASSWORD, POLLING, Server, key_on
from tests.e2e.test_upload_page import DONE, add_many, choose, choose_from_menu, open_menu, settle

pytestmark = pytest.mark.browser

FLOOD = json.dumps(
    {
        "error": {
            "message": "Flooding detected. You can only upload 10 images per minute",
            "code": 130,
        }
    }
)
BUSY = json.dumps({"error": {"message": "Busy, try again", "code": 503}})


def start(page: Any, *names: str) -> None:
    choose(page, *names)
    page.click("[data-start]")


def answer_first(page: Any, count: int = 1, **answer: Any) -> list[str]:
    """The first uploads get this answer; the rest reach the server. Returns what was sent."""
    sent: list[str] = []

    def handle(route: Any) -> None:
        sent.append(route.request.url)
        if len(sent) <= count:
            route.fulfill(**answer)
        else:
            route.continue_()

    page.route("**/upload", handle)
    return sent


@pytest.mark.parametrize(("width", "head"), [(1440, 64), (390, 56)])
def test_a_file_is_a_row_of_64_pixels(width: int, head: int, logged_in: Any) -> None:
    page = logged_in
    page.set_viewport_size({"width": width, "height": 844})
    choose(page, "plain.jpg", "gps-nikon.jpg", "clip.webm")
    assert page.text_content("[data-summary]") == "3 files"
    assert re.fullmatch(r"[\d.]+ (KB|MB)", page.text_content("[data-pace]"))
    page.click("[data-start]")
    settle(page, 3)
    for row in page.locator(DONE).all():
        assert row.bounding_box()["height"] == 64
        link = row.locator(".link")
        assert link.is_visible() and link.bounding_box()["width"] >= 150
    assert page.locator("[data-head]").bounding_box()["height"] == head
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_links_go_to_the_clipboard_where_that_is_set(logged_in: Any) -> None:
    page = logged_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-defaults] summary")
    page.check("[data-setting=copy-links]")
    page.reload()
    page.wait_for_selector(".uploader.scripted")
    start(page, "plain.jpg", "alpha.png")
    page.locator(".toast", has_text="All done. 2 links copied.").wait_for()
    links = [link.input_value() for link in page.locator(".link").all()]
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == links
    page.locator("[data-do=copy]").first.click()
    page.locator(".toast", has_text="Copied").wait_for()
    assert page.locator(".toast").count() == 1  # it replaced the one before


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("nginx/1.27.3", ["client_max_body_size 1m;"]),
        ("Caddy", ["request_body { max_size 1MB }"]),
        ("cloudflare", ["100 MB"]),
        ("", ["client_max_body_size", "request_body", "Cloudflare"]),
    ],
)
def test_a_proxy_s_limit_says_whose_it_is(name: str, lines: list[str], logged_in: Any) -> None:
    page = logged_in
    headers = {"Server": name} if name else {}
    answer_first(page, status=413, content_type="text/html", body="<h1>413</h1>", headers=headers)
    start(page, "plain.jpg")
    settle(page, 1)
    row = page.locator(".item")
    text = row.locator(".state").text_content()
    assert "front of this site" in text and "330 KB" in text
    assert (name.partition("/")[0].lower() or "proxy") in text.lower()
    assert row.get_by_role("button", name="Try again").count() == 0
    row.get_by_role("button", name="How to fix").click()
    fixes = page.text_content("[data-detail=fixes]")
    assert all(line in fixes for line in lines)
    page.problems.clear()


@pytest.mark.parametrize("status", [502, 504, 524])
def test_a_proxy_that_gave_up_is_asked_again(status: int, logged_in: Any) -> None:
    page = logged_in
    answer_first(
        page, status=status, content_type="text/html", body="", headers={"Server": "nginx"}
    )
    start(page, "plain.jpg")
    page.locator(
        ".item[data-state=resting]", has_text="The proxy nginx in front of this site"
    ).wait_for()
    page.locator(DONE).wait_for()
    page.problems.clear()


@pytest.mark.parametrize(("status", "body"), [(400, FLOOD), (429, ""), (503, BUSY)])
def test_a_limit_holds_the_queue_and_it_goes_on(status: int, body: str, logged_in: Any) -> None:
    page = logged_in
    sent = answer_first(page, 3, status=status, body=body, headers={"Retry-After": "2"})
    start(page, *["alpha.png"] * 6)
    notice = page.locator("[data-notice-text]")
    notice.get_by_text(re.compile(r"Uploads continue automatically at \d\d:\d\d:\d\d\.")).wait_for()
    assert len(sent) <= 3  # nobody else tries meanwhile
    settle(page, 6)
    assert page.locator(DONE).count() == 6 and len(sent) == 9
    assert notice.is_hidden()
    page.problems.clear()


def log_out_elsewhere(page: Any, server: Server) -> None:
    other = page.context.new_page()
    other.goto(server.base + "/explore")
    other.click("details.menu summary")
    other.get_by_role("button", name=re.compile("^Log out")).click()
    other.wait_for_load_state("load")
    other.close()


@pytest.fixture
def someone(page: Any, server: Server, server_key: str) -> Any:
    """Logged in for this test alone."""
    log_in_on(page, server)
    page.wait_for_selector(".uploader.scripted")
    return page


def log_in_on(page: Any, server: Server) -> None:
    if not page.url.startswith(server.base + "/login"):
        page.goto(server.base + "/login")
    page.fill("[name=name]", "ann")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")


def test_a_lost_session_keeps_the_queue(someone: Any, server: Server) -> None:
    page = someone
    choose(page, "plain.jpg", "alpha.png", "gps-nikon.jpg", "pixel.png")
    log_out_elsewhere(page, server)
    page.click("[data-start]")
    page.get_by_text("You have been logged out. Your files stay here.").wait_for()
    assert page.locator(".item[data-state=waiting]").count() == 4
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    log_in_on(opened.value, server)
    settle(page, 4)
    assert page.locator(DONE).count() == 4
    assert page.locator("[data-notice]").is_hidden()
    choose_from_menu(page, page.locator(DONE).first, "Edit")  # they are hers
    page.problems.clear()


def test_a_log_in_elsewhere_makes_a_new_token_and_nothing_stops(
    someone: Any, server: Server
) -> None:
    page = someone
    choose(page, "plain.jpg")
    log_out_elsewhere(page, server)
    other = page.context.new_page()
    log_in_on(other, server)
    other.wait_for_selector(".uploader.scripted")
    page.click("[data-start]")
    page.locator(DONE).wait_for()
    page.problems.clear()


REPORT = {
    "privacy": "No private data found.",
    "audience": "",
    "stays_private": "",
    "visibility": "unlisted",
    "damaged": False,
}


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            {
                "audience": "Private: only moderators can open it.",
                "stays_private": "It stays private.",
            },
            "Private: only moderators can open it. It stays private.",
        ),
        ({"audience": "Members only."}, "Members only."),
        ({"damaged": True}, "This file is damaged"),
    ],
)
def test_who_can_open_it_is_said_first(report: dict[str, Any], words: str, logged_in: Any) -> None:
    page = logged_in
    if "audience" not in report or "stays_private" in report:  # a phone's row has warnings alone
        page.set_viewport_size({"width": 390, "height": 844})

    image = {"url_viewer": "http://a.example/image/a", "id_encoded": "a", "title": "plain"}
    answer = {
        "image": image | {"size": 1},
        "sha256": "0" * 64,
        "codes": {"Links": {"Viewer": image["url_viewer"]}},
        "can_edit": False,
        "report": REPORT | report,
    }
    page.route("**/upload", lambda route: route.fulfill(json=answer))
    page.wait_for_selector(".uploader.scripted")
    choose(page, "plain.jpg")
    page.wait_for_selector(".item canvas")
    page.click("[data-start]")
    state = page.locator(DONE).locator(".state")
    state.get_by_text(words).wait_for()
    choose_from_menu(page, page.locator(DONE), "Details")
    assert words in page.text_content("[data-detail=result]")


def test_a_site_whose_uploads_are_private(page: Any, make_server: Callable[..., Server]) -> None:
    server = make_server(VISIBILITY="private")
    key_on(server)
    log_in_on(page, server)
    page.wait_for_selector(".uploader.scripted")
    start(page, "plain.jpg")
    page.locator(DONE, has_text="Private: only you and moderators can open it.").wait_for()


def test_the_menu_by_keyboard(logged_in: Any) -> None:
    page = logged_in
    start(page, "plain.jpg")
    page.locator(DONE).wait_for()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(DONE).locator("[data-do=menu]")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("[data-do=menu][aria-expanded=true]").wait_for()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".toast", has_text="Markdown copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("![plain](http")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.do") == "menu"
    page.locator("[data-do=menu][aria-expanded=false]").wait_for()


@pytest.mark.parametrize("height", [900, 420])
def test_the_menu_leaves_its_button_free(height: int, logged_in: Any) -> None:
    """Without room below or above it stands beside: a second click chooses nothing."""
    page = logged_in
    page.set_viewport_size({"width": 390, "height": height})
    start(page, "plain.jpg")
    page.locator(DONE).wait_for()
    button = page.locator(DONE).locator("[data-do=menu]")
    open_menu(page, page.locator(DONE))
    menu = page.locator("#row-menu")
    here, there = button.bounding_box(), menu.bounding_box()
    is_apart = (
        there["y"] >= here["y"] + here["height"]
        or there["y"] + there["height"] <= here["y"]
        or there["x"] + there["width"] <= here["x"]
    )
    assert is_apart, (here, there)
    assert there["x"] >= 0 and there["y"] >= 0 and there["y"] + there["height"] <= height


COUNT = """() => {
  const rows = new Set();
  window.touched = rows;
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      if (!element.closest(".preview")) rows.add(element.closest(".item") ?? element);
    }
  }).observe(document.querySelector("[data-queue]"),
             {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def test_five_hundred_files_stay_smooth(logged_in: Any, tmp_path: Path) -> None:
    page = logged_in
    add_many(page, "canon-40d.jpg", tmp_path / "many")
    page.wait_for_selector(".item canvas")
    page.click("[data-start]")
    page.wait_for_function(
        "() => document.querySelectorAll('.item[data-state=done]').length >= 40",
        timeout=60_000,
        polling=POLLING,
    )
    # previews are made for what is looked at, and thumbs shown for what is done
    assert page.locator(".item canvas").count() < 60
    assert page.locator(".item[data-state=uploading], .item[data-state=processing]").count() <= 3
    page.evaluate(
        "document.querySelectorAll('.item [data-do=cancel]:not([hidden])').forEach(button => "
        "button.click())"
    )


def test_a_long_queue_costs_little(logged_in: Any, tmp_path: Path) -> None:
    """500 rows are few elements; scrolling changes none, and uploading those it is about."""
    page = logged_in
    add_many(page, "pixel.png", tmp_path / "many")
    assert page.evaluate("document.querySelectorAll('.queue *').length") <= 500 * 16
    page.evaluate(COUNT)
    page.evaluate("""async () => {
      const frame = () => new Promise(requestAnimationFrame);
      for (let y = 0; y < document.body.scrollHeight; y += 800) { scrollTo(0, y); await frame(); }
    }""")
    assert page.evaluate("touched.size") == 0
    page.click("[data-start]")
    page.wait_for_function(
        "() => document.querySelectorAll('.item[data-state=done]').length >= 20",
        timeout=60_000,
        polling=POLLING,
    )
    touched, begun = page.evaluate(
        "[touched.size, document.querySelectorAll('.item:not([data-state=waiting])').length]"
    )
    assert touched <= begun
    page.get_by_role("button", name="Cancel all").click()
    assert page.locator(".item[data-state=waiting]").count() == 0


def test_rows_show_and_copy_the_form_chosen(logged_in: Any) -> None:
    page = logged_in
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(page, "plain.jpg", "alpha.png")
    settle(page, 2)
    page.select_option("[data-copy-kind]", label="Markdown")
    shown = [link.input_value() for link in page.locator(".link").all()]
    assert all(re.fullmatch(r"!\[.*\]\(http\S+\)", code) for code in shown)
    page.locator("[data-do=copy]").first.click()
    page.locator(".toast", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == shown[0]
    page.click("[data-copy-all]")
    page.locator(".toast").get_by_text("2 links copied: Markdown.", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == shown


def test_copying_says_that_a_link_opens_for_few(logged_in: Any) -> None:
    page = logged_in
    page.click("[data-defaults] summary")
    page.get_by_role("radio", name="Private").check()
    start(page, "plain.jpg")
    settle(page, 1)
    assert page.locator("[data-copy-all]").inner_text() == "Copy"  # there is but one
    page.click("[data-copy-all]")
    page.locator(".toast", has_text="1 of them doesn't open for everybody.").wait_for()


def test_a_wrong_file_is_deleted_from_its_row(logged_in: Any) -> None:
    page = logged_in
    start(page, "plain.jpg", "alpha.png")
    settle(page, 2)
    row = page.locator(DONE).first
    url = page.evaluate("link => link.href", row.locator(".name a").element_handle())
    assert requests.get(url, timeout=10).status_code == 200
    choose_from_menu(page, row, "Delete")
    page.locator(".toast", has_text="Moved to the bin").wait_for()
    assert page.locator(".item").count() == 1
    assert requests.get(url, timeout=10).status_code == 410
