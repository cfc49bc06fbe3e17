"""What the measure of jumps finds: what comes late, however soon after an input, and not what
somebody did.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import POLLING, Server
from tests.looks.jumps import SHIFTS, act, jumps

pytestmark = pytest.mark.browser

BANNER = """() => {
  const banner = document.createElement("div");
  banner.style.height = "200px";
  document.body.prepend(banner);
}"""
PICTURE = """() => {
  const picture = new Image();
  [picture.width, picture.height] = [1, 1];
  picture.src = document.querySelector(".brand img").src;
  document.body.prepend(picture);
  setTimeout(() => (picture.style.cssText = "display: block; height: 200px"), 100);
}"""
COME = "() => document.body.firstElementChild.offsetHeight >= 200"


@pytest.fixture
def at_login(page: Any, server: Server) -> Any:
    page.add_init_script(SHIFTS)
    page.goto(server.base + "/login")
    return page


@pytest.mark.parametrize("late", [BANNER, PICTURE], ids=["banner", "picture"])
def test_what_comes_late_jumps(late: str, at_login: Any) -> None:
    page = at_login
    assert not jumps(page)
    page.mouse.click(1, 1)  # after which the browser's own rule counts nothing for half a second
    page.evaluate(late)
    page.wait_for_function(COME, polling=POLLING)
    assert "<main" in jumps(page)[0]


def test_what_somebody_did_does_not(at_login: Any) -> None:
    page = at_login
    with act(page):
        page.evaluate(BANNER)
    assert not jumps(page)
    page.evaluate(BANNER)
    assert jumps(page), "after it all counts again"
