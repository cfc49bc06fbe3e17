"""What a careful look finds on pages: what is there twice, too tight, or not in line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import POLLING, Server, sample
from tests.e2e.test_media_page import Put

pytestmark = pytest.mark.browser
ROOM = """() => Math.min(...[...document.querySelectorAll(".actions .button")].map((button) => {
    const text = document.createRange();
    text.selectNodeContents(button);
    return button.clientWidth - text.getBoundingClientRect().width;
}))"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/nowhere", "/search?q=lake"])
def test_one_way_to_search(
    path: str, width: int, browser: Any, server: Server, cookies: list[dict[str, Any]]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.context.add_cookies(cookies)
    page.goto(server.base + path)
    assert page.locator("input[type=search]:visible").count() == 1
    if path == "/nowhere":
        page.fill("main input[type=search]", "lake")
        page.locator("main").get_by_role("button", name="Search").click()
        page.wait_for_url("**/search?q=lake")
    page.close()


def test_a_phone_s_search_begins_in_its_field(logged_in: Any, server: Server) -> None:
    logged_in.set_viewport_size({"width": 390, "height": 844})
    logged_in.get_by_role("link", name="Search").click()
    logged_in.wait_for_url("**/search")
    logged_in.wait_for_function("document.activeElement.name === 'q'", polling=POLLING)
    logged_in.keyboard.type("lake")
    assert logged_in.locator("main input[type=search]").input_value() == "lake"


def test_a_way_back_from_an_error(member: Any, server: Server) -> None:
    page = member
    page.goto(server.base + "/mine?sort=views")
    page.evaluate("location.href = '/image/Deleted.meanwhile'")
    page.get_by_role("heading", name="Page not found").wait_for()
    page.problems.clear()
    page.get_by_role("link", name="Go back").click()
    page.wait_for_url("**/mine?sort=views")


def test_saving_moves_nothing(logged_in: Any, put: Put) -> None:
    page = logged_in
    page.goto(put("plain.jpg")["url_viewer"])
    top = page.locator(".stage").bounding_box()["y"]
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("dialog", name="Edit").get_by_role("button", name="Save").click()
    toast = page.locator(".toast", has_text="Saved.")
    toast.wait_for()
    assert page.locator(".stage").bounding_box()["y"] == top
    toast.wait_for(state="detached")


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("private", "Copied · Private: only you and moderators can open it."),
        ("members", "Copied · Members only: everyone with an account can open it."),
        ("unlisted", "Copied"),
    ],
)
def test_copying_says_who_can_open_it(level: str, said: str, member: Any, put: Put) -> None:
    member.goto(put("plain.jpg", visibility=level)["url_viewer"])
    member.get_by_role("button", name="Copy: Page link").click()
    member.locator(".toast").get_by_text(said, exact=True).wait_for()


def test_no_line_of_facts_begins_or_ends_with_a_dot(logged_in: Any, put: Put) -> None:
    """Where it wraps: the dot before what begins a line is clipped."""
    page = logged_in
    page.set_viewport_size({"width": 300, "height": 844})
    page.goto(put("plain.jpg")["url_viewer"])
    facts = page.locator(".headline .what p")
    left = facts.bounding_box()["x"]
    starts = [one.bounding_box()["x"] for one in facts.locator("> *").all()]
    assert starts.count(left) > 1  # it does wrap
    assert facts.evaluate("e => getComputedStyle(e).overflowX") == "clip"
    assert facts.evaluate("e => e.scrollWidth <= e.clientWidth")
    dots = "e => getComputedStyle(e, '::before').content + getComputedStyle(e, '::after').content"
    assert {one.evaluate(dots) for one in facts.locator("> *").all()} == {'"·"none'}


@pytest.mark.parametrize("width", [390, 1440])
def test_labels_of_actions_have_room(width: int, member: Any, put: Put) -> None:
    member.set_viewport_size({"width": width, "height": 900})
    member.goto(put("plain.jpg")["url_viewer"])
    assert member.evaluate(ROOM) >= 12


def test_the_edit_form_has_two_even_columns(logged_in: Any, put: Put) -> None:
    logged_in.set_viewport_size({"width": 1440, "height": 900})
    logged_in.goto(put("plain.jpg")["url_viewer"])
    logged_in.get_by_role("link", name="Edit").click()
    boxes = [
        logged_in.locator(f"#edit .field:has([name={name}])").bounding_box()
        for name in ("title", "expiration", "taken_date", "tags")
    ]
    assert len({round(box["width"]) for box in boxes}) == 1
    assert [box["x"] for box in boxes[:2]] == [box["x"] for box in boxes[2:]]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[2]["y"] == boxes[3]["y"]


def test_text_begins_alike_in_inputs_and_selects(member: Any, put: Put) -> None:
    member.goto(put("plain.jpg")["url_viewer"])
    padding = "e => parseFloat(getComputedStyle(e).paddingInlineStart)"
    inside = 4  # of a select, by the browser
    assert member.locator("#change-title").evaluate(padding) == inside + member.locator(
        "#change-expiration"
    ).evaluate(padding)


ROWS = """() => {
  const rows = new Map();
  for (const li of document.querySelectorAll(".rows > li")) {
    const { top, right, height } = li.getBoundingClientRect();
    const row = rows.get(top) ?? { count: 0, right: 0, height };
    rows.set(top, { count: row.count + 1, right: Math.max(row.right, right), height });
  }
  const { right } = document.querySelector(".rows").getBoundingClientRect();
  return [right, [...rows.values()]];
}"""


@pytest.mark.parametrize(
    ("width", "row", "most"), [(1440, 240, 1.6), (1000, 240, 1.6), (390, 112, 2.4)]
)
def test_rows_end_alike(
    width: int, row: int, most: float, logged_in: Any, put: Put, server: Server
) -> None:
    """All but the last reach the edge, none is too high; a phone has two beside each other."""
    page = logged_in
    for name in ("plain.jpg", "screenshot.png", "orientation-6.jpg", "iphone-gps-8mp.jpg") * 4:
        put(name)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server.base + "/mine")
    page.wait_for_selector(".rows li")
    right, rows = page.evaluate(ROWS)
    assert len(rows) > 2
    assert all(abs(one["right"] - right) < 2 for one in rows[:-1]), (right, rows)
    assert all(one["height"] <= row * most + 1 for one in rows)
    assert sum(one["count"] for one in rows) / len(rows) >= 1.5


def is_in_sight(button: Any) -> bool:
    """At its middle, with nothing over it."""
    seen: bool = button.evaluate(
        """(e) => {
            const { x, y, width, height } = e.getBoundingClientRect();
            return e.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        }"""
    )
    return seen


def test_what_ends_a_form_stays_in_sight(logged_in: Any, put: Put, server: Server) -> None:
    page = logged_in
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(put("plain.jpg")["url_viewer"])
    page.get_by_role("link", name="Edit").click()
    assert is_in_sight(page.locator("#edit").get_by_role("button", name="Save"))
    page.goto(server.base + "/")
    page.wait_for_selector(".uploader.scripted")
    page.set_input_files("#files", sample("plain.jpg"))
    page.click("[data-start]")
    page.locator(".item[data-state=done] [data-do=menu]").click()
    page.locator("#row-menu").get_by_role("button", name="Edit").click()
    assert is_in_sight(page.locator("#upload-options").get_by_role("button", name="Save"))
    page.keyboard.press("Escape")
    page.click("[data-more] summary")
    page.get_by_role("button", name="Edit all").click()
    page.locator("[data-defaults] [value=private]").check()
    assert is_in_sight(page.locator("[data-apply]"))
