"""What a form wants of an act on many files: parsed as the form of one file is, into what JSON
holds. Nothing is changed by what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from blueprints.http.parameters import parse_tags
from blueprints.http.refusals import NothingWanted

Form = MultiDict[str, str]
Wishes = dict[str, Any]


def parse_act(text: str) -> str:
    """The name of an act that forms are for. Raises NotFound."""
    if text not in PARSERS:
        raise NotFound()
    return text


def parse_act_wishes(act: str, form: Form) -> Wishes:
    """Raises UploadError."""
    return PARSERS[act](form)


def _none(form: Form) -> Wishes:
    return {}


def _tags(form: Form) -> Wishes:
    wishes = {name: list(parse_tags(form.get(name, ""))) for name in ("add", "remove")}
    if not any(wishes.values()):
        raise NothingWanted()
    return wishes


PARSERS: Mapping[str, Callable[[Form], Wishes]] = {"bin": _none, "restore": _none, "tags": _tags}
