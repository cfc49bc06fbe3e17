"""The check of the site from outside, as an admin uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.conftest import Server, sample
from tests.e2e.conftest import schemes, violations_in
from tests.e2e.test_looks import MEASURES
from tests.looks.windows import SIZES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server]) -> Server:
    """One that knows where it is, without a proxy in front."""
    return make_server(PUBLIC_URL="http://127.0.0.1:{port}", VISIBILITY="public")


def test_what_the_browser_itself_finds_out(member: Any, server: Server) -> None:
    page = member
    sizes: list[int] = []

    def body(route: Any) -> None:
        sizes.append(len(sizes))
        route.fulfill(status=200 if len(sizes) < 3 else 413, body="{}")

    page.route("**/check/*/body", body)
    page.route("**/check/*/wait/70", lambda route: route.abort())
    page.goto(server.base + "/admin/check")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".findings").first.wait_for()
    own = page.get_by_role("region", name="Sent by this browser")
    own.get_by_role("button", name="Send up to 100 MB").click()
    refused = own.get_by_text("Bodies of 32 MB are refused on the way (413).")
    refused.wait_for(timeout=90_000)  # 42 MB go through the test
    assert own.locator("li.good").count() == 2 and len(sizes) == 3
    own.get_by_role("button", name="Wait for 70 seconds").click()
    own.get_by_text("An answer that takes 70 seconds doesn't arrive (0).").wait_for()
    assert own.get_by_role("button", name="Wait for 70 seconds").is_enabled()
    assert len(page.problems) == 2 and all("Failed to load" in one for one in page.problems)
    page.problems.clear()


def test_without_scripts(browser: Any, server: Server, cookies: list[dict[str, Any]]) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(server.base + "/admin/check")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name="From outside").wait_for()
    assert page.get_by_text("Sent by this browser").is_hidden()
    assert page.get_by_text("This Keepsake is at").count() == 1
    context.close()


@pytest.mark.parametrize("width", SIZES)
def test_previews_look_right(member: Any, server: Server, server_key: str, width: int) -> None:
    answer = requests.post(
        server.base + "/api/1/upload",
        data={"title": "Evening on the lake, and what else a long title may say of it"},
        files={"source": sample("plain.jpg").open("rb")},
        headers={"X-API-Key": server_key},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    page = member
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(server.base + "/admin/check")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".previews").wait_for()
    assert page.get_by_text("Everything it reads is there.").count() == 5
    found = violations_in(page, schemes(width)) + page.evaluate(MEASURES, width)
    assert not found, "\n".join(found)
