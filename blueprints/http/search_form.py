"""The form of a search, for those who don't know its language: it writes the search for them, and
shows what one of theirs says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from blueprints.http.arguments import parse_whole_query
from blueprints.http.search_syntax import DATES, Token, is_date, tokens
from models import Visibility
from models.folding import folded

_NAMES = {"before": "until"}  # of the form, where it isn't the language's
FLAGS = ("expiring", "nsfw")
TYPES = ("photo", "animation", "video")
_VALUES = ("tag", "album", "user", "category", "camera")


@dataclass(frozen=True)
class SearchOptions:
    """The fields of the form as they were sent. ``words`` may have anything of the language."""

    words: str = ""
    exact: str = ""
    without: str = ""
    tag: str = ""
    album: str = ""
    user: str = ""
    category: str = ""
    camera: str = ""
    type: str = ""
    after: str = ""
    until: str = ""  # "before" is where a page of a listing goes on
    taken: str = ""
    visibility: str = ""
    expiring: str = ""
    nsfw: str = ""

    @property
    def query(self) -> str:
        """What to search for."""
        return " ".join(part for part in self._parts() if part)

    def _parts(self) -> Iterator[str]:
        yield self.words
        yield _quoted(self.exact) if self.exact else ""
        for word in self.without.split():
            yield f"-{field_value(word.lstrip('-'))}"
        for field in (*_VALUES, "type", *DATES):
            value = getattr(self, _NAMES.get(field, field))
            yield f"{field}:{field_value(value)}" if value else ""
        yield f"is:{self.visibility}" if self.visibility else ""
        yield "is:expiring" if self.expiring else ""
        yield "is:nsfw" if self.nsfw else ""


FIELDS = tuple(field.name for field in fields(SearchOptions))


def parse_options(args: Mapping[str, str]) -> SearchOptions | None:
    """What the form sent; None where it sent nothing."""
    if not any(name in args for name in FIELDS):
        return None
    return SearchOptions(**{name: parse_whole_query(args.get(name, "")) for name in FIELDS})


def options_of(text: str) -> SearchOptions:
    """A search as the form shows it. What has no field of its own stays among the words."""
    options = SearchOptions()
    for token in tokens(text):
        if name := _field_of(token, options):
            value = "1" if name in FLAGS else token.value.strip()
            options = replace(options, **{name: value})
        elif token.is_excluded and _is_word(token):
            options = replace(options, without=f"{options.without} {token.value}".strip())
        elif token.field or folded(token.value):
            # a quote that was never closed must not reach into what comes behind
            is_open = token.is_quoted and token.raw.count('"') == 1
            raw = f'{token.raw}"' if is_open else token.raw
            options = replace(options, words=f"{options.words} {raw}".strip())
    return options


def _field_of(token: Token, options: SearchOptions) -> str:
    """The field that is still free for it."""
    value = token.value.strip().lower()
    name = ""
    if token.is_excluded or not value:
        return ""
    if token.is_quoted and not token.field:
        name = "exact"
    elif (
        token.field in _VALUES
        or (token.field in DATES and is_date(value))
        or (token.field == "type" and value in TYPES)
    ):
        name = _NAMES.get(token.field, token.field)
    elif token.field == "is":
        name = "visibility" if value in set(Visibility) else value if value in FLAGS else ""
    return name if name and not getattr(options, name) else ""


def _is_word(token: Token) -> bool:
    """Nothing that would mean more if it were written again."""
    return not (token.field or token.is_quoted or re.search(r'^-|[:"\s]', token.value))


def field_value(text: str) -> str:
    """As the language has it behind a colon."""
    is_plain = text.split() == [text] and '"' not in text
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), " ").strip()}"'
