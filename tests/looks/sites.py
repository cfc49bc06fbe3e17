"""A browser and a scene for the commands that draw."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM_FLAGS, Server, chromium_path, start_server
from tests.looks.scene import Scene, make_scene


@contextmanager
def drawing() -> Iterator[tuple[Any, Scene]]:
    """Ends its servers, and removes what they stored."""
    servers: list[Server] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        work = Path(folder)

        def make_server(**options: Any) -> Server:
            servers.append(start_server(work / str(len(servers)), **options))
            return servers[-1]

        browser = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        try:
            yield browser, make_scene(make_server, work)
        finally:
            browser.close()
            for server in servers:
                server.stop()
