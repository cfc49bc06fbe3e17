"""The upload page with 500 files in its queue: the longest tasks while somebody scrolls.

A task of over 50 ms is a frame that a person sees as late. Counted is the time that the page's own
thread computes, so a busy machine doesn't change it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS, chromium_path, key_on, start_server
from tests.looks.scene import log_in

FILES = 500
STEPS, STEP = 60, 400  # turns of the wheel, pixels each


def make_files(folder: Path) -> list[Path]:
    """Small photos, each of its own bytes."""
    paths = [folder / f"photo-{number:03}.jpg" for number in range(FILES)]
    for number, path in enumerate(paths):
        Image.new("RGB", (640, 480), (number % 256, number // 2 % 256, 90)).save(path)
    return paths


def scroll(page: Any) -> None:
    page.mouse.move(700, 500)
    for direction in (1, -1):
        for _ in range(STEPS):
            page.mouse.wheel(0, direction * STEP)
            page.evaluate("() => new Promise(requestAnimationFrame)")


def longest_tasks(page: Any, act: Callable[[], object]) -> list[int]:
    """The three longest of the page's thread while ``act`` runs, in milliseconds of its own."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["toplevel", "blink"])
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event["tdur"] // 1000
        for event in events
        if (event["pid"], event["tid"]) in threads
        and event["name"] == "ThreadControllerImpl::RunTask"
        and "tdur" in event
    ]
    return sorted(tasks, reverse=True)[:3]


def main() -> None:
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        folder = Path(work)
        server = start_server(folder / "data")
        key_on(server)
        browser = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        log_in(page, server)
        page.wait_for_selector(".uploader.scripted")
        page.set_input_files("#files", make_files(folder))
        page.wait_for_function(
            "n => document.querySelectorAll('.item').length === n", arg=FILES, timeout=60_000
        )
        print(f"{FILES} files, longest tasks in ms: goal 50")
        print("scrolling:", longest_tasks(page, lambda: scroll(page)))
        page.click("[data-start]")
        print("scrolling while they are uploaded:", longest_tasks(page, lambda: scroll(page)))
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
