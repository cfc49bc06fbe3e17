"""The windows in which a state is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.looks.scene import Scene
from tests.looks.states import State

SIZES = {1440: 900, 390: 844}  # a laptop, a phone
TABLET = 1024
SCHEMES = ("light", "dark")

SHIFTS = """
window.shifted = 0;
window.movers = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    window.shifted += entry.value;
    for (const { node } of entry.sources)
      window.movers.push(node?.outerHTML?.slice(0, 80) || node?.data);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def window(
    browser: Any, scene: Scene, state: State, width: int, cookies: list[dict[str, Any]]
) -> Iterator[Any]:
    """A page of ``width`` pixels that shows the state. ``shifted`` in it sums what jumped."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES.get(width, TABLET)},
        java_script_enabled=state.script,
        has_touch=width < 500,
        is_mobile=width < 500,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    if state.member:
        context.add_cookies(cookies)
    page = context.new_page()
    if state.script:
        page.add_init_script(SHIFTS)
    state.go(page, scene)
    page.wait_for_load_state("load")
    yield page
    context.close()
