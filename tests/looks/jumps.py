"""What jumps on a page: what moves without anybody having done something.

The browser's own rule for that, half a second after an input, depends on how fast the machine is.
Here what moves in the course of an ``act`` answers to it however late it comes, and all else jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error

MAX_SHIFT = 0.02  # of what the browser's measure of layout shifts sums up to

SHIFTS = """
window.jumps = (() => {
  const found = [];
  let acts = false;
  const box = (rect) => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(" ");
  const name = (node) => node?.outerHTML?.slice(0, 100) ?? node?.data ?? "removed, or a ::before";
  const say = ({ node, previousRect, currentRect }) =>
    `${name(node)}: ${box(previousRect)} -> ${box(currentRect)}`;
  const note = (entries) => {
    if (acts) return;
    for (const { value, startTime, sources } of entries) {
      const when = `${value.toFixed(4)} after ${Math.round(startTime)} ms: `;
      found.push({ value, said: when + sources.map(say).join(" | ") });
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  const frame = () => new Promise(requestAnimationFrame);
  const drawn = async () => {
    await frame();
    await frame();
    note(observer.takeRecords());
  };
  return {
    begin: () => drawn().then(() => (acts = true)),
    end: () => drawn().then(() => (acts = false)),
    seen: () => drawn().then(() => found),
  };
})();
"""


@contextmanager
def act(page: Any) -> Iterator[None]:
    """What somebody does, up to what it shows: until that is drawn, nothing that moves jumps."""
    page.evaluate("window.jumps?.begin()")
    yield
    page.wait_for_load_state()
    try:
        page.evaluate("window.jumps?.end()")
    except Error as error:  # another page has come, on which nobody has done anything
        if "Execution context was destroyed" not in error.message:
            raise


def jumps(page: Any) -> list[str]:
    """What has jumped on it, if it is more than nobody notices."""
    found = page.evaluate("window.jumps.seen()")
    return [one["said"] for one in found] if sum(one["value"] for one in found) > MAX_SHIFT else []
