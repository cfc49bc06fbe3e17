"""A site of another origin with the forum plugin, and what a person does there."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.conftest import POLLING, Server, sample

TEXTAREA = '<textarea id="message" rows="10" cols="60">Before.after</textarea>'
BUTTON = "button.keepsake-upload"


class Forum:
    """A site of another origin: ``localhost`` is not ``127.0.0.1``. Pages are made in a folder."""

    def __init__(self, folder: Path, server: Server, policy: str = "") -> None:
        self.folder, self.server = folder, server

        class Handler(SimpleHTTPRequestHandler):
            def end_headers(self) -> None:
                if policy:
                    self.send_header("Content-Security-Policy", policy.format(base=server.base))
                super().end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.base = f"http://localhost:{self.http.server_port}"

    def page(self, body: str, *, lang: str = "en", **options: str) -> str:
        """A page with ``body`` and the plugin; its address."""
        attributes = "".join(
            f' data-{name.replace("_", "-")}="{value}"' for name, value in options.items()
        )
        tag = (
            f'<script async src="{self.server.base}/sdk/pup.js" '
            f'data-url="{self.server.base}/upload"{attributes}></script>'
        )
        html = (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Forum</title><link '
            f'rel="icon" href="data:,">{tag}{body}'
        )
        path = self.folder / f"page{len(list(self.folder.iterdir()))}.html"
        path.write_text(html, encoding="utf-8")
        return f"{self.base}/{path.name}"


def open_window(page: Any) -> Any:
    """Presses the button; our window, ready for files."""
    with page.expect_popup() as waiting:
        page.click(BUTTON)
    popup = waiting.value
    popup.wait_for_selector(".uploader.scripted")
    return popup


def upload(popup: Any, *names: str) -> None:
    popup.set_input_files("#files", [sample(name) for name in names])
    popup.click("[data-start]")


def value(page: Any) -> str:
    page.wait_for_function(
        "() => document.querySelector('textarea').value !== 'Before.after'", polling=POLLING
    )
    text: str = page.eval_on_selector("textarea", "element => element.value")
    return text
