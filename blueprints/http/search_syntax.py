"""The language of searches: words, ``"whole words"``, ``-not``, and fields like ``tag:sea``.

Any text is a search. What looks like a field and isn't one, or has a value that it can't have, is
searched for as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

from media.formats import FORMATS
from media.metadata.reader import FIRST_PHOTOGRAPH, LAST_YEAR
from models import Visibility
from models.folding import folded
from models.upload.search_query import SearchQuery, Span, Term

MAX_TERMS = 16  # more than anybody types; each reads a list of the index of its own
_TOKEN = re.compile(r'(-?)(?:([A-Za-z]{1,10}):)?(?:"([^"]*)"?|(\S+))')
DATES = ("after", "before", "taken")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_FILE = re.compile(r".+\.([A-Za-z0-9]{2,5})")
KINDS = {
    "photo": "photo", "photos": "photo", "animation": "animation", "animations": "animation",
    "animated": "animation", "video": "video", "videos": "video", "image": "photo animation",
    "images": "photo animation",
}  # fmt: skip
_FORMATS = {
    word: one.name
    for one in FORMATS.values()
    for word in (one.other, one.extension, one.name)
    if word
}


_TEXTS = ("words", "phrase", "file")


class Token(NamedTuple):
    """``raw`` is what was typed, its quote closed, and ``start`` where that is; ``field`` is "" for
    words.
    """

    raw: str
    start: int
    is_excluded: bool
    field: str
    value: str
    is_quoted: bool


def parse_search(text: str, zone: tzinfo, today: date) -> SearchQuery:
    """``zone`` is that of the dates in it. The work is linear in the length of ``text``, of which
    the first MAX_TERMS count: ask `has_too_many_terms` before.
    """
    terms: list[Term] = []
    since: list[datetime] = []
    until: list[datetime] = []
    taken = None
    for token in islice(tokens(text), MAX_TERMS):
        span = _span(token, zone, today)
        if span is None:
            term = _term(token)
            # a dash between words is none of them
            terms += [term] if term.field not in _TEXTS or folded(term.value) else []
        elif token.field == "taken":
            taken = span
        elif (token.field == "after") != token.is_excluded:
            since.append(span.start)
        else:
            until.append(span.start)
    return SearchQuery(
        tuple(dict.fromkeys(terms)),
        since=max(since, default=None),
        until=min(until, default=None),
        taken=taken,
    )


def has_too_many_terms(text: str) -> bool:
    """Whether `parse_search` leaves some out."""
    return (
        sum(1 for _ in islice(_TOKEN.finditer(text.translate(_QUOTES)), MAX_TERMS + 1)) > MAX_TERMS
    )


def tokens(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text.translate(_QUOTES)):
        minus, field, quoted, plain = found.groups()
        value = quoted if quoted is not None else plain.replace('"', " ")
        is_open = quoted is not None and found[0].count('"') == 1
        raw = found[0] + '"' if is_open else found[0]
        yield Token(
            raw, found.start(), bool(minus), (field or "").lower(), value, quoted is not None
        )


def _term(token: Token) -> Term:
    value, is_excluded = token.value.strip(), token.is_excluded
    meant = _FIELDS[token.field](value) if token.field in _FIELDS and value else None
    if meant:
        return meant._replace(is_excluded=is_excluded)
    if token.field:
        value = " ".join(token.raw[is_excluded:].replace('"', " ").split())
    if token.is_quoted and not token.field:
        return Term("phrase", value, is_excluded)
    named = _FILE.fullmatch(value)
    format_ = _FORMATS.get(named[1].lower(), "") if named else ""
    return Term("file" if format_ else "words", value, is_excluded, format_)


def _type(value: str) -> Term | None:
    word = value.lower()
    if word in KINDS:
        return Term("kind", KINDS[word])
    return Term("format", _FORMATS[word]) if word in _FORMATS else None


def _is(value: str) -> Term | None:
    word = value.lower()
    if word in ("nsfw", "expiring"):
        return Term(word)
    return Term("visibility", word) if word in set(Visibility) else None


_FIELDS: dict[str, Callable[[str], Term | None]] = {
    "tag": lambda value: Term("tag", " ".join(value.split()).casefold()),
    "category": lambda value: Term("category", value.lower()),
    "user": lambda value: Term("user", value.lower()),
    "album": lambda value: Term("album", " ".join(value.split())),
    "camera": lambda value: Term("camera", value),
    "type": _type,
    "is": _is,
}


def _span(token: Token, zone: tzinfo, today: date) -> Span | None:
    """Of a field of dates."""
    if token.field not in DATES or (token.field == "taken" and token.is_excluded):
        return None
    days = _days(token.value.strip().lower(), today)
    return Span(*(_midnight(day, zone) for day in days)) if days else None


def is_date(text: str) -> bool:
    return _days(text, date(2000, 1, 1)) is not None


def _days(text: str, today: date) -> tuple[date, date] | None:
    """The first day of a year, a month or a day, ``today`` or ``yesterday``, and the day after its
    last.
    """
    if text in ("today", "yesterday"):
        day = today - timedelta(days=text == "yesterday")
        return day, day + timedelta(days=1)
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, number = (int(part) if part else 0 for part in found.groups())
    if not FIRST_PHOTOGRAPH <= year <= LAST_YEAR:
        return None
    try:
        first = date(year, month or 1, number or 1)
    except ValueError:
        return None
    if number:
        return first, first + timedelta(days=1)
    if month:
        return first, (first + timedelta(days=32)).replace(day=1)
    return first, date(year + 1, 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
