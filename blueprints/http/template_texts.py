"""``_()`` and ``{% trans %}`` in templates, for one catalogue, at next to no cost: the functions of
Jinja and Flask-Babel would ask the request for its catalogue, for each of a page's hundred texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from babel.support import NullTranslations
from jinja2.ext import InternationalizationExtension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
CALL = ["name", "lparen", "string", "rparen"]  # the tokens of _("text")


def template_functions(
    catalogue: NullTranslations,
) -> tuple[Callable[..., str], Callable[..., str]]:
    """``gettext`` and ``ngettext``. A text with tags is HTML, others not; values are escaped."""
    known: dict[str, str] = {}

    def gettext(text: str, /, **values: object) -> str:
        translated = known.get(text)
        if translated is None:
            translated = known[text] = _as_html(catalogue.gettext(text), text)
        return _filled(translated, values)

    def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
        translated = _as_html(catalogue.ngettext(one, many, n), one)
        return _filled(translated, {"num": n, **values})

    return gettext, ngettext


def _as_html(translated: str, text: str) -> str:
    """``translated`` for an element or an attribute in double quotes: tags and entities are meant
    only where the English ``text`` has some.
    """
    if "<" in text or "&" in text:
        return translated
    return translated.translate(ESCAPES)


def _filled(text: str, values: dict[str, object]) -> Markup:
    if values:
        text %= {name: escape(value) for name, value in values.items()}
    return Markup(text)  # noqa: S704 -- ours


class Texts(InternationalizationExtension):
    """``_("text")`` becomes the text itself when a template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        gettext = cast(Callable[[str], str], self.environment.globals["_"])
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            four = tokens[at : at + 4]
            is_call = [token.type for token in four] == CALL and four[0].value == "_"
            if is_call:
                line, text = four[0].lineno, str(gettext(four[2].value))
                yield from (
                    Token(line, "string", text),
                    Token(line, "pipe", "|"),
                    Token(line, "name", "safe"),
                )
            else:
                yield tokens[at]
            at += 4 if is_call else 1
