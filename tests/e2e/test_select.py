"""Selecting files of a listing: by mouse, finger, keys, and without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from models.upload import PAGE
from tests.conftest import POLLING, Server, sample
from tests.e2e.conftest import schemes, violations_in
from tests.e2e.test_mine import library, scroll_to_the_end  # noqa: F401 -- a fixture
from tests.looks.jumps import SHIFTS, jumps

pytestmark = pytest.mark.browser

COUNT = 3 * PAGE
CHECKED = "() => [...document.querySelectorAll('.box:checked')].map((box) => box.value)"


@pytest.fixture
def member(page: Any, library: Server, cookies: list[dict[str, Any]]) -> Any:  # noqa: F811
    """A page on which ann is logged in, and every file has a picture, a small one."""
    page.context.add_cookies(cookies)
    page.add_init_script(SHIFTS)
    page.route("**/images/**", lambda route: route.fulfill(path=sample("alpha.png")))
    page.goto(library.base + "/mine")
    page.wait_for_selector(".rows li")
    return page


@pytest.fixture
def phone(browser: Any, library: Server, cookies: list[dict[str, Any]]) -> Iterator[Any]:  # noqa: F811
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.add_cookies(cookies)
    page = context.new_page()
    page.route("**/images/**", lambda route: route.fulfill(path=sample("alpha.png")))
    page.goto(library.base + "/mine")
    page.wait_for_selector(".rows li")
    yield page
    context.close()


def said(page: Any) -> str:
    text: str = page.locator("[data-chosen]").inner_text()
    return text


def tiles(page: Any) -> Any:
    return page.locator(".rows > li > a")


def box(page: Any, number: int) -> Any:
    return page.locator(".box").nth(number)


def answering(page: Any, **answer: Any) -> list[dict[str, str]]:
    """What is sent to acts, which answer so."""
    sent: list[dict[str, str]] = []

    def act(route: Any) -> None:
        fields = {name: some[0] for name, some in parse_qs(route.request.post_data).items()}
        sent.append({**fields, "path": route.request.url.partition("/select/")[2]})
        document = {
            "change": "abc",
            "total": 2,
            "done": 2,
            "failed": 0,
            "state": "done",
            "said": "Done",
            "undo": "/changes/abc/undo",
            "failures": [],
        }
        route.fulfill(body=json.dumps({**document, **answer}), content_type="application/json")

    page.route(re.compile("/select/(?!codes)"), act)
    return sent


def test_boxes_and_ranges(member: Any) -> None:
    page = member
    assert not page.locator("[data-select-bar]").is_visible()
    tiles(page).nth(1).hover()
    assert float(box(page, 1).evaluate("box => getComputedStyle(box).opacity")) >= 0
    box(page, 1).click()
    assert said(page) == "1 selected"
    tiles(page).nth(4).click(modifiers=["Shift"])
    assert said(page) == "4 selected"
    tiles(page).nth(2).click()
    assert said(page) == "3 selected" and page.url.endswith("/mine")
    box(page, 6).click(modifiers=["Shift"])  # as the one before: not selected
    page.wait_for_function("() => document.querySelectorAll('.box:checked').length === 1")
    assert page.evaluate(CHECKED) == ["copy0001"]
    box(page, 1).click()
    assert not page.locator("[data-select-bar]").is_visible()
    tiles(page).nth(1).click()
    page.wait_for_selector(".viewer-window")
    assert not jumps(page)


def test_all_of_the_page_and_all_that_match(member: Any) -> None:
    page = member
    sent = answering(page)
    page.locator("[data-select]").click()
    assert said(page) == "None selected"
    page.get_by_role("button", name="All on this page").click()
    assert said(page) == f"{PAGE} selected"
    page.get_by_role("button", name=f"All {COUNT} that match").click()
    assert said(page) == f"{COUNT} selected"
    scroll_to_the_end(page, COUNT)
    assert len(page.evaluate(CHECKED)) == COUNT
    page.keyboard.press("l")
    page.locator(".toast", has_text="Done").wait_for()
    assert sent == [
        {"path": "like", "csrf_token": sent[0]["csrf_token"], "heart": "1", "all": "1",
         "from": "/mine", "form_id": sent[0]["form_id"]}
    ]  # fmt: skip


def test_keys(member: Any) -> None:
    page = member
    sent = answering(page)
    page.keyboard.press("f")
    assert not sent
    page.keyboard.press(".")
    assert said(page) == f"{PAGE} selected"
    page.keyboard.press("z")
    assert not page.locator("[data-select-bar]").is_visible()
    page.locator(".top [name=q]").first.fill(".?")
    page.keyboard.press(".")
    assert not page.locator("[data-select-bar]").is_visible()
    box(page, 0).check()
    page.keyboard.press("Tab")  # to its tile
    page.keyboard.press("Tab")  # to the next box
    page.keyboard.press("Space")
    assert said(page) == "2 selected"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert said(page) == "1 selected"
    page.keyboard.press("Enter")
    assert said(page) == "2 selected" and page.url.endswith("/mine")
    page.keyboard.press("v")
    page.wait_for_load_state("load")
    page.locator(".toast", has_text="Done").wait_for()
    assert sent[0]["path"] == "nsfw" and sent[0]["nsfw"] == "0"
    assert sent[0]["ids"] == "copy0000,copy0001"
    box(page, 0).check()
    page.keyboard.press("Escape")
    assert not page.locator("[data-select-bar]").is_visible()
    page.keyboard.press("?")
    page.locator("#select-keys[open]").get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    assert not page.locator("[data-select-bar]").is_visible()


def test_what_is_deleted_vanishes(member: Any) -> None:
    page = member
    sent = answering(page, said="2 files moved to the bin")
    box(page, 0).check()
    box(page, 1).check()
    page.keyboard.press("Delete")
    page.locator(".toast", has_text="2 files moved to the bin").wait_for()
    assert sent[0]["path"] == "bin" and sent[0]["ids"] == "copy0000,copy0001"
    assert box(page, 0).get_attribute("value") == "copy0002"
    assert page.get_by_role("button", name="Undo").is_visible()
    assert not page.locator("[data-select-bar]").is_visible()
    assert page.evaluate("document.activeElement.closest('.rows') !== null")


def test_undo_and_what_has_no_key_by_keyboard(member: Any) -> None:
    page = member
    answering(page, said="1 file moved to the bin")
    asked: list[str] = []

    def undo(route: Any) -> None:
        asked.append(route.request.method)
        route.fulfill(
            body=json.dumps({"state": "undone", "said": "Undone"}), content_type="application/json"
        )

    page.route("**/changes/abc/undo", undo)
    box(page, 0).check()
    page.keyboard.press("b")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "edit"
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    page.locator(".toast", has_text="1 file moved to the bin").wait_for()
    with page.expect_event("load"):
        page.keyboard.press("Control+z")
    page.locator(".toast", has_text="Undone").wait_for()
    page.keyboard.press("Control+z")
    assert asked == ["POST"]


def test_failures_are_named(member: Any) -> None:
    page = member
    answering(
        page,
        failed=1,
        failures=[{"id": "copy0001", "name": "n1", "text": "Its format has no orientation."}],
    )
    for number in range(3):
        box(page, number).check()
    page.locator("[data-do=tags]:visible").click()
    page.get_by_label("Add tags").fill("sea")
    page.get_by_role("button", name="Save").click()
    which = page.locator("#select-failures[open]")
    assert "n1 Its format has no orientation." in which.inner_text()
    which.get_by_role("button", name="Close").click()
    assert page.evaluate(CHECKED) == ["copy0001"]


def test_where_not_all_failures_are_named_the_page_is_read_anew(member: Any) -> None:
    """What is gone of it, only the server knows: no tile is taken away."""
    page = member
    named = [{"id": "copy0001", "name": "n1", "text": "Its format has no orientation."}]
    answering(page, failed=2, failures=named, said="1 file moved to the bin")
    for number in range(4):
        box(page, number).check()
    page.keyboard.press("Delete")
    which = page.locator("#select-failures[open]")
    with page.expect_navigation():
        which.get_by_role("button", name="Close").click()
    page.locator(".toast", has_text="1 file moved to the bin").wait_for()
    assert box(page, 0).get_attribute("value") == "copy0000"


ROTATE = "document.querySelector('[data-do=rotate-left]').click()"


def test_what_had_no_answer_is_the_same_act_the_next_time(member: Any) -> None:
    """It may have been done. What was answered is done again when it is asked for again."""
    page = member
    sent: list[str] = []

    def lost(route: Any) -> None:
        sent.append(parse_qs(route.request.post_data)["form_id"][0])
        route.abort()

    page.route("**/select/rotate", lost)
    box(page, 0).check()
    for _ in "ab":
        with page.expect_event("requestfailed"):
            page.evaluate(ROTATE)
        page.locator(".toast", has_text="That didn't work").wait_for()
    assert sent[0] == sent[1] and re.fullmatch("[A-Za-z0-9]{22}", sent[0])
    page.unroute("**/select/rotate")
    answered = answering(page)
    for _ in "ab":
        box(page, 0).check()
        with page.expect_navigation():
            page.evaluate(ROTATE)
    ids = [one["form_id"] for one in answered]
    assert ids[0] == sent[0] and ids[1] != ids[0]
    page.problems.clear()


def test_all_that_match_are_counted_before_they_go(member: Any) -> None:
    page = member
    sent = answering(page)
    page.locator("[data-select]").click()
    page.keyboard.press(".")
    page.keyboard.press(".")
    page.keyboard.press("Delete")
    dialog = page.locator("#select-dialog[open]")
    dialog.get_by_text(f"All that match: {COUNT} files.").wait_for()
    assert not sent
    dialog.get_by_role("button", name="Cancel").click()
    page.keyboard.press("a")
    dialog.get_by_role("button", name="Save").click()
    assert dialog.locator("[name=name]:invalid").count() == 1
    assert not sent


def test_what_takes_time_says_how_far_it_is(member: Any) -> None:
    page = member
    answering(page, state="working", done=500, total=1000)
    states = iter(["working", "done"])

    def change(route: Any) -> None:
        document = {"state": next(states), "done": 800, "total": 1000, "said": "1,000 files"}
        route.fulfill(body=json.dumps(document), content_type="application/json")

    page.route("**/changes/abc", change)
    box(page, 0).check()
    page.keyboard.press("l")
    page.locator("[data-progress]", has_text="500 of 1,000").wait_for()
    page.locator("[data-progress]", has_text="800 of 1,000").wait_for()
    page.locator(".toast", has_text="1,000 files").wait_for()
    assert not page.locator("[data-progress]").is_visible()


def test_a_form_that_is_refused_stays(member: Any) -> None:
    page = member
    page.route(
        "**/select/category",
        lambda route: route.fulfill(
            status=400,
            body=json.dumps({"error": {"message": "No such category."}}),
            content_type="application/json",
        ),
    )
    box(page, 0).check()
    page.keyboard.press("c")
    page.locator("#select-dialog[open]").get_by_role("button", name="Save").click()
    dialog = page.locator("#select-dialog[open]")
    dialog.get_by_role("alert").filter(has_text="No such category.").wait_for()
    dialog.get_by_role("button", name="Save").click()
    page.wait_for_function(
        "() => document.querySelectorAll('dialog [role=alert]').length === 1", polling=POLLING
    )
    assert violations_in(page, schemes(1440)) == []
    page.problems.clear()


def test_nothing_is_chosen_for_somebody(member: Any) -> None:
    """What is saved without a look changes nothing, and says so in the dialog."""
    page = member
    for name in ("category", "expiration", "edit", "visibility", "tags"):
        page.goto(page.url)
        for number in (0, 1):
            box(page, number).check()
        if not page.locator(f"[data-do={name}]:visible").count():
            page.locator(".select-tools summary").click()
        page.locator(f"[data-do={name}]:visible").click()
        dialog = page.locator("#select-dialog[open]")
        dialog.get_by_role("button", name="Save").click()
        if name == "visibility":
            assert dialog.locator(":invalid").count() and not dialog.locator(":checked").count()
        else:
            dialog.get_by_role("alert").filter(has_text="Nothing to change").wait_for()
    page.problems.clear()


def test_codes(member: Any) -> None:
    page = member
    for number in (0, 1):
        box(page, number).check()
    page.keyboard.press("k")
    area = page.get_by_label("One line for each file")
    page.wait_for_function("() => document.querySelector('[data-codes]')?.value", polling=POLLING)
    assert re.search("/image/n0.copy0000\n.*/image/n1.copy0001$", area.input_value())
    page.get_by_label("Codes", exact=True).select_option("bbcode-embed-thumbnail")
    page.wait_for_function(
        "() => document.querySelector('[data-codes]').value.startsWith('[url=')", polling=POLLING
    )
    assert not page.get_by_role("button", name="Create delete links").is_visible()
    page.get_by_label("New delete links").check()
    page.get_by_role("button", name="Create delete links").click()
    links = page.get_by_label("Delete links", exact=True)
    links.wait_for()
    assert len(re.findall("/delete/[0-9a-f]{48}", links.input_value())) == 2
    page.locator("#select-dialog button[data-copy]").first.click()
    page.locator(".toast").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function(
        "() => !document.querySelector('#select-dialog').textContent", polling=POLLING
    )
    assert page.locator("[data-toasts]").count() == 1
    page.keyboard.press("k")
    page.wait_for_function(
        "() => document.querySelector('[data-codes]')?.value.startsWith('[url=')", polling=POLLING
    )
    assert not page.get_by_label("New delete links").is_checked()


def test_share(member: Any) -> None:
    page = member
    for number in (0, 1):
        box(page, number).check()
    page.keyboard.press("s")
    page.get_by_text("2 files", exact=True).wait_for()
    assert page.get_by_role("heading", name="Create share link").is_visible()


def test_the_page_of_one_file_is_edited_in_place(member: Any) -> None:
    page = member
    box(page, 3).check()
    page.keyboard.press("e")
    dialog = page.locator("#select-dialog[open]")
    dialog.get_by_label("Title").fill("Renamed")
    dialog.get_by_role("button", name="Save").click()
    page.locator(".toast", has_text="Saved").wait_for()
    page.wait_for_selector("strong:text-is('Renamed')", state="attached")


def touch(phone: Any) -> Any:
    devtools = phone.context.new_cdp_session(phone)

    def send(kind: str, *point: float) -> None:
        points = [{"x": point[0], "y": point[1]}] if point else []
        devtools.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    return send


def middle(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_long_press_and_a_drag(phone: Any) -> None:
    page = phone
    tiles(page).nth(1).evaluate(  # so high that none of the next tiles is at the lower edge
        "tile => scrollBy({top: tile.getBoundingClientRect().top - 150, behavior: 'instant'})"
    )
    send = touch(page)
    send("Start", *middle(tiles(page).nth(1)))
    page.locator("[data-select-bar]:not([hidden])").wait_for()
    assert said(page) == "1 selected"
    send("Move", *middle(tiles(page).nth(3)))
    send("Move", *middle(tiles(page).nth(6)))
    page.locator("[data-chosen]", has_text="6 selected").wait_for()
    send("Move", *middle(tiles(page).nth(4)))
    page.locator("[data-chosen]", has_text="4 selected").wait_for()
    x, _ = middle(tiles(page).nth(4))
    before = page.evaluate("scrollY")
    send("Move", x, 820)
    page.wait_for_function(f"() => scrollY > {before} + 600", polling=POLLING)
    send("End")
    count = int(said(page).split()[0])
    assert count > 8 and len(page.evaluate(CHECKED)) == count
    tiles(page).nth(1).scroll_into_view_if_needed()
    tiles(page).nth(1).tap()
    assert said(page) == f"{count - 1} selected"
    page.get_by_role("button", name="Clear the selection").tap()
    tiles(page).nth(1).tap()
    page.wait_for_selector(".viewer-window")


def test_a_finger_that_scrolls_selects_nothing(phone: Any) -> None:
    page = phone
    send = touch(page)
    x, y = middle(tiles(page).nth(3))
    send("Start", x, y)
    for step in range(1, 12):
        send("Move", x, y - 30 * step)
    page.wait_for_function(
        "start => performance.now() > start + 700",
        arg=page.evaluate("performance.now()"),
        polling=POLLING,
    )
    send("End")
    assert page.evaluate("scrollY") > 100
    assert not page.locator("[data-select-bar]").is_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_for_everybody(width: int, member: Any) -> None:
    page = member
    page.set_viewport_size({"width": width, "height": 844})
    box(page, 0).check()
    found = violations_in(page, schemes(width))
    page.locator(".select-tools summary").click()
    found += violations_in(page, schemes(width))
    page.locator("[data-do=shift]").click()
    page.locator("#select-dialog[open]").wait_for()
    found += violations_in(page, schemes(width))
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts(library: Server, unscripted: Any) -> None:  # noqa: F811
    page = unscripted
    page.goto(library.base + "/mine?sort=taken-oldest")
    assert not box(page, 0).is_visible()
    page.get_by_role("link", name="Select").click()
    box(page, 0).check()
    box(page, 2).check()
    page.get_by_label("With the selected files").select_option("tags")
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_text("2 files are selected.").is_visible()
    form = page.locator("form[data-act=tags]")
    assert form.locator("[name=ids]").input_value() == "copy0179,copy0177"
    assert form.locator("[name=from]").input_value() == "/mine?sort=taken-oldest"
    page.get_by_role("link", name="Cancel").click()
    assert page.url.endswith("/mine?sort=taken-oldest")
    page.get_by_role("link", name="Select").click()
    page.get_by_label(f"All: {COUNT} files that match").check()
    page.get_by_label("With the selected files").select_option("bin")
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_text(f"All that match: {COUNT} files.").is_visible()
    assert page.locator("form[data-act=bin] [name=all]").input_value() == "1"
    page.go_back()
    page.get_by_label(f"All: {COUNT} files that match").uncheck()
    box(page, 1).check()
    page.get_by_label("With the selected files").select_option("codes")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Codes").select_option("html-embed")
    page.get_by_role("button", name="Show the codes").click()
    assert page.get_by_label("HTML").input_value().startswith("<img src=")


def test_many_tiles_stay_quick(library: Server, member: Any) -> None:  # noqa: F811
    """Ten thousand: the script does nothing for each of them at one click, as it does for all."""
    page = member
    page.evaluate(
        """() => {
          const list = document.querySelector(".rows");
          const one = list.querySelector("li");
          const more = document.createDocumentFragment();
          for (let number = 0; number < 10000; number += 1) {
            const tile = one.cloneNode(true);
            tile.querySelector(".box").value = `more${number}`;
            tile.querySelector("img").remove();
            more.append(tile);
          }
          list.append(more);
        }"""
    )
    took = page.evaluate(
        """async () => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const boxes = document.querySelectorAll(".box");
          await frame();
          const time = async (act) => {
            const start = performance.now();
            act();
            const took = performance.now() - start;
            await frame();
            return took;
          };
          await time(() => boxes[0].click());
          const one = [];
          for (const box of [...boxes].slice(1, 12)) one.push(await time(() => box.click()));
          const all = await time(() => document.querySelector("[data-do=all]").click());
          return { one: one.sort((a, b) => a - b)[5], all };
        }"""
    )
    assert took["one"] < took["all"] / 2, took
