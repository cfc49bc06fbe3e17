"""One place says which language pages have; pages and scripts follow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.test_style import of_ours


@pytest.mark.parametrize(
    ("chosen", "lang", "dates_as"), [("en", "en", "en-GB"), ("pt_BR", "pt-BR", "pt-BR")]
)
def test_the_language_is_chosen_in_one_place(
    chosen: str, lang: str, dates_as: str, make_app: Callable[..., Flask]
) -> None:
    page = make_app(BABEL_DEFAULT_LOCALE=chosen).test_client().get("/login").text
    assert f'<html lang="{lang}" data-dates-as="{dates_as}">' in page
    assert (f"words-{chosen}.js" in page) == (chosen != "en")


def test_no_page_and_no_script_names_a_language() -> None:
    """The forum's plugin is other sites', and has a table of its own; the description of the API is
    English, and its page says so.
    """
    paths = [
        path
        for path in of_ours("templates", "static/js")
        if path.name != "pup.js" and path.parent.name != "reference"
    ]
    named = [path.name for path in paths if re.search(r"""["']en["'-]""", path.read_text())]
    assert len(paths) > 50 and named == []
