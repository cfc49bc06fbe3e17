"""Pages in a language of brackets whose texts are a third longer: scripts say nothing unmarked, and
nothing is wider than a phone or cut off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import server as keepsake
from app import create_app
from blueprints.http import language
from tests.conftest import ROOT, Server, sample
from tests.words.pseudo import LANGUAGE, NAMES, OPEN, unmarked, write

pytestmark = pytest.mark.browser

MEASURES = (ROOT / "tests" / "looks" / "measures.js").read_text()
ABOUT_TEXT = ("wider than the window", "cut off")
PAGES = (
    "/", "/login", "/explore", "/search?q=nothing", "/settings/api", "/settings/uploaders",
    "/settings/uploaders/sharex", "/settings/uploaders/forum", "/upload/popup", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def server(make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = write(tmp_path_factory.mktemp("words") / "translations")
    return make_server(how=partial(serve, folder))


def serve(translations: Path) -> None:
    language.TRANSLATIONS = translations
    words = {"BABEL_DEFAULT_LOCALE": LANGUAGE, "BABEL_TRANSLATION_DIRECTORIES": str(translations)}
    keepsake.serve(create_app(words))


def problems(page: Any, width: int) -> list[str]:
    found = page.evaluate(f"({MEASURES})({width})")
    return [problem for problem in found if problem.startswith(ABOUT_TEXT)]


@pytest.mark.parametrize("width", [390, 1440])
def test_longer_texts_fit(width: int, member: Any, server: Server, put: Any) -> None:
    page = member
    page.set_viewport_size({"width": width, "height": 900})
    viewer = put("plain.jpg", title="Lake", tags="sea")["path_viewer"]
    found = {}
    for path in (*PAGES, viewer):
        page.goto(server.base + path)
        found[path] = problems(page, width)
        assert list(unmarked(page.content(), NAMES)) == [], path
    for dialog in ("edit", "qr"):
        page.evaluate(f"document.querySelector('#{dialog}').showModal()")
        found[dialog] = problems(page, width)
        page.evaluate(f"document.querySelector('#{dialog}').close()")
    assert {path: some for path, some in found.items() if some} == {}
    page.problems.clear()  # 404


@pytest.mark.parametrize("width", [390, 1440])
def test_the_queue(width: int, logged_in: Any, tmp_path: Path) -> None:
    page = logged_in
    page.set_viewport_size({"width": width, "height": 900})
    empty = tmp_path / "123.jpg"
    empty.touch()
    page.set_input_files("#files", [sample("plain.jpg"), sample("text-as.jpg"), empty])
    assert list(unmarked(page.content(), NAMES)) == []
    page.click("[data-start]")
    page.locator(".item[data-state=done]").wait_for()
    page.locator(".toast", has_text=OPEN).wait_for()
    assert page.locator(".item .state", has_text=OPEN).count() == 3
    assert list(unmarked(page.content(), NAMES)) == []
    assert problems(page, width) == []
    page.locator(".item[data-state=done] [data-do=menu]").click()
    page.click("[data-entry=details]")
    assert list(unmarked(page.content(), NAMES)) == []
    assert problems(page, width) == []
    page.problems.clear()  # the refused one's 400
