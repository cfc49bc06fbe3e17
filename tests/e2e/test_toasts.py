"""Toasts that take back what was done, where the server answers as an act does."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Server
from tests.e2e.conftest import violations_in_both

UNDO = "/changes/abc/undo"
TOAST = f"""<div class="toast"><span data-said>2 files moved to the bin</span>
<form method="post" action="{UNDO}"><input type="hidden" name="csrf_token" value="token">
<button>Undo</button></form></div>"""


def _with_toast(page: Any, server: Server) -> list[str]:
    """Its library, once, with what the last page did; the list is what is asked of the change."""
    asked: list[str] = []

    def library(route: Any) -> None:
        text = route.fetch().text()
        if "shown" not in asked:
            asked.append("shown")
            end = text.rindex("</div>\n</body>")
            text = text[:end] + TOAST + text[end:]
        route.fulfill(body=text, content_type="text/html")

    def change(route: Any) -> None:
        asked.append(f"{route.request.method} {route.request.url.removeprefix(server.base)}")
        is_over = asked.count("GET /changes/abc") > 1
        answer = {
            "change": "abc",
            "total": 2,
            "done": 2 if is_over else 1,
            "state": "done" if is_over else "working",
            "said": "2 files are back",
        }
        route.fulfill(body=json.dumps(answer), content_type="application/json")

    page.route(server.base + "/mine", library)
    page.route("**/changes/**", change)
    page.goto(server.base + "/mine")
    return asked


def test_undo_of_a_toast(member: Any, server: Server) -> None:
    asked = _with_toast(member, server)
    button = member.get_by_role("button", name="Undo")
    button.wait_for()
    assert violations_in_both(member) == []
    button.click()
    member.locator(".toast", has_text="Undoing: 1 of 2").wait_for()
    member.locator(".toast", has_text="2 files are back").wait_for()
    assert asked == ["shown", f"POST {UNDO}", "GET /changes/abc", "GET /changes/abc"]
    assert member.locator(".toast button").count() == 0


def test_a_toast_stays_while_somebody_is_at_it(member: Any, server: Server) -> None:
    member.clock.install()
    _with_toast(member, server)
    button = member.get_by_role("button", name="Undo")
    button.focus()
    member.clock.run_for(20_000)
    assert button.is_visible()
    button.evaluate("button => button.blur()")
    member.clock.run_for(9_000)
    assert button.is_visible()
    member.clock.run_for(2_000)
    assert not button.is_visible()
