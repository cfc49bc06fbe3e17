"""The style guide: only in development, and with every token; docs/design.md shows its parts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import ROOT


@pytest.fixture
def guide(make_app: Callable[..., Flask]) -> str:
    app = make_app()
    app.debug = True
    return app.test_client().get("/styleguide").text


def test_only_a_server_in_development_has_it(app: Flask) -> None:
    assert app.test_client().get("/styleguide").status_code == 404


def test_it_shows_every_colour(guide: str) -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text()
    colours = re.findall(r"--([a-z-]+): light-dark", tokens)
    assert set(colours) - {"danger-text", "shade"} <= set(re.findall(r"swatch-([a-z-]+)", guide))


def test_it_shows_every_size_of_letters(guide: str) -> None:
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text()
    letters = tokens.partition("--mono:")[2].partition("--quick:")[0]
    sizes = set(re.findall(r"--(\w+): ", letters))
    shown = set(re.findall(r'class="(?:type-)?(\w+)"', guide.partition('id="type"')[2]))
    assert len(sizes) > 4 and sizes <= {"normal", *shown}


def test_it_says_what_pages_say(guide: str) -> None:
    listing = (ROOT / "templates" / "gallery" / "listing.html").read_text()
    said = re.search(r'class="empty">.*?<p>(.*?)</p>', guide, re.DOTALL)
    assert said and said[1] in listing


def test_the_docs_show_every_part(guide: str) -> None:
    parts = re.findall(r'<section class="stack" id="([a-z-]+)" data-part>', guide)
    pictures = re.findall(r"images/design/([a-z-]+)\.webp", (ROOT / "docs/design.md").read_text())
    assert len(parts) > 10 and set(pictures) == set(parts)
    assert {path.stem for path in (ROOT / "docs/images/design").iterdir()} == set(parts)
