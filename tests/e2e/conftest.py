"""What the browser tests share: somebody logged in, uploads by the API, axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import ROOT, Server, sample
from tests.e2e.forum import Forum
from tests.looks.windows import SCHEMES, SIZES
from tests.sessions import browser_cookies

# Enhanced contrast (WCAG 2.2, 1.4.6) is for text; on filled buttons the ordinary one does. No rule
# that is on asks for the rules of style sheets, which axe would load again.
AXE_RUN = """(only) => axe.run(document, {
  resultTypes: ["violations"], preload: {assets: ["media"]},
  ...(only.length ? {runOnly: only} : {rules: {"color-contrast-enhanced": {enabled: true}}}),
}).then(({violations}) => violations.flatMap((rule) => rule.nodes
  .filter((node) => rule.id !== "color-contrast-enhanced"
    || !document.querySelector(node.target).closest(".button"))
  .map((node) => `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)} ${node.failureSummary}`)))"""
SOAK = bool(os.environ.get("SOAK"))
OF_COLOURS = ("color-contrast", "color-contrast-enhanced", "link-in-text-block")
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def cookies(server: Server, server_key: str) -> list[dict[str, Any]]:
    """What a browser holds in which ann, of ``server_key``, has logged in."""
    return browser_cookies(server.base)


@pytest.fixture
def member(page: Any, cookies: list[dict[str, Any]]) -> Any:
    """A page on which ann is logged in, and has opened nothing yet."""
    page.context.add_cookies(cookies)
    return page


@pytest.fixture
def logged_in(member: Any, server: Server) -> Any:
    """A page on which ann is logged in, at the start page."""
    member.goto(server.base + "/")
    member.wait_for_selector(".uploader.scripted")
    return member


@pytest.fixture
def unscripted(browser: Any, server: Server, cookies: list[dict[str, Any]]) -> Iterator[Any]:
    """A page without JavaScript on which ann is logged in."""
    context = browser.new_context(java_script_enabled=False, base_url=server.base)
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def put(server: Server, server_key: str) -> Callable[..., dict[str, Any]]:
    """Uploads by the API; the answer's image."""

    def upload(source: str | Path = "plain.jpg", **fields: str) -> dict[str, Any]:
        path = sample(source) if isinstance(source, str) else source
        answer = requests.post(
            server.base + "/api/1/upload",
            data=fields,
            files={"source": path.open("rb")},
            headers={"X-API-Key": server_key},
            timeout=30,
        )
        image: dict[str, Any] = answer.json()["image"]
        return image

    return upload


@pytest.fixture
def forum(tmp_path: Path, server: Server) -> Iterator[Forum]:
    made = Forum(tmp_path, server)
    yield made
    made.http.shutdown()


def violations(page: Any, only: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong on the page as it is now, by all rules or some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(AXE_RUN, list(only))
    return found


def violations_in(page: Any, schemes: Sequence[str]) -> list[str]:
    """The same in light, or in dark, where nothing but colours is another."""
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        rules = OF_COLOURS if scheme == "dark" else ()
        found += [f"{scheme}: {problem}" for problem in violations(page, rules)]
    return found


def schemes(width: int) -> Sequence[str]:
    """In which axe looks: colours are the same in every width. ``make soak`` looks at all."""
    return SCHEMES if SOAK else SCHEMES[:1] if width == max(SIZES) else SCHEMES[1:]


def violations_in_both(page: Any) -> list[str]:
    return violations_in(page, ("light", "dark"))
