"""What the pages of settings say of them, made from their declarations: help, values, and which
values fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from blueprints.http import words
from blueprints.http.language import decimal
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from config import Declaration, as_text

INCOMPLETE = _l("Part of the form is missing. Load the page again.")
DOUBLED = _l("This was sent more than once. Load the page again.")
PRIVATE_NOW = _l(
    "The site is private now. A reverse proxy that serves files by itself (root and try_files in "
    "nginx) goes on showing them to everybody: take that out."
)
HIDDEN = _l("set, not shown here")
FORMS = {  # of texts, where only some fit
    "ACCENT": _l("Enter a colour as # and six digits or letters from a to f, such as #2f6f5e."),
    "FOOTER": _l(
        "Links look like [Imprint](https://home.example) or [Mail](mailto:me@home.example): they "
        "begin with https:// or mailto:. Up to 10 fit."
    ),
    "TIMEZONE": _l("Enter a time zone such as Europe/Berlin or UTC."),
}
ORIGINS = {
    "environment": _l("Set in the environment"),
    "config.toml": _l("Set in config.toml"),
    "default": _l("Default"),
}
ZERO = {"0: no limit": _l("No limit"), "0: never": _l("Never")}  # by what its help says
_CODE = re.compile("`([^`]+)`")


def help_of(declared: Declaration, labels: Mapping[str, Any], choices: Mapping[str, Any]) -> str:
    """As a page says it: choices and other settings by their labels."""

    def plain(code: re.Match[str]) -> str:
        word = code[1]
        if word in declared.choices and word in choices:
            return str(choices[word])
        return f"“{labels[word]}”" if word in labels else word

    return _CODE.sub(plain, _(declared.help))


def value_text(declared: Declaration, value: Any, choices: Mapping[str, Any]) -> str:
    """A value for people: On, 1,000, Members, jpg, png."""
    if isinstance(value, bool):
        return _("On") if value else _("Off")
    if value == 0 and isinstance(value, int):
        return next((str(text) for word, text in ZERO.items() if word in declared.help), "0")
    if isinstance(value, int):
        return decimal(value)
    if isinstance(value, tuple):
        if value == declared.choices:
            return _("All")
        return ", ".join(str(choices.get(one, one.upper())) for one in value) or _("None")
    if declared.choices:
        return str(choices.get(value, value))
    return as_text(value) or _("Empty")


def what_fits(declared: Declaration, choices: Mapping[str, Any], sent: Sequence[str]) -> str:
    """Beside the field of what was sent and doesn't fit."""
    if declared.most and not isinstance(declared.default, int) and not declared.choices:
        if sum(map(len, sent)) > declared.most:
            return str(words.too_long(declared.most))
        if not any(sent):
            return _("This can't be empty.")
    if declared.name in FORMS:
        return str(FORMS[declared.name])
    if isinstance(declared.default, bool):
        return _("Tick the box, or leave it empty.")
    if isinstance(declared.default, int):
        return _(
            "Enter a whole number from %(least)s to %(most)s.",
            least=decimal(declared.least or 0),
            most=decimal(declared.most or 0),
        )
    if declared.choices:
        labels = ", ".join(str(choices.get(one, one.upper())) for one in declared.choices)
        if isinstance(declared.default, tuple):
            return _("Choose at least one of these: %(choices)s.", choices=labels)
        return _("Choose one of these: %(choices)s.", choices=labels)
    return _("Enter one line of text.")


def overtaken(value: str) -> str:
    """Somebody else has changed what was to be changed."""
    return _(
        "Somebody else has set this to “%(value)s” since you opened the page. Save again to "
        "replace it.",
        value=value,
    )
