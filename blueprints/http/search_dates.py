"""A search that is nothing but a date in words: ``yesterday``, ``last week``, ``25 Nov 2026``, or
``2026-11-25``. In quotes it is text, as ever.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from media.metadata.reader import FIRST_PHOTOGRAPH, LAST_YEAR

DAY = timedelta(days=1)
_NUMBERS = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NAMED = re.compile(r"(?:[^\W\d]+,? )?([0-9]{1,2})\.? ([^\W\d]+)\.?,? ([0-9]{4})")


class Dates(NamedTuple):
    """The searches that find what was uploaded then, and what was taken ("": not a day)."""

    uploaded: str
    taken: str


class DateWords(NamedTuple):
    """Of one language, in small letters; ``months`` are names and short names."""

    today: str
    yesterday: str
    last_week: str
    months: dict[str, int]


def parse_dates(text: str, today: date, known: DateWords) -> Dates | None:
    """None: it isn't a date. A week begins on Monday."""
    said = " ".join(text.lower().split())
    if said == known.last_week:
        monday = today - timedelta(days=today.weekday())
        return Dates(_between(monday - 7 * DAY, monday), "")
    day = _day(said, today, known)
    return Dates(_between(day, day + DAY), f"taken:{day}") if day else None


def _between(first: date, end: date) -> str:
    return f"after:{first} before:{end}"


def _day(said: str, today: date, known: DateWords) -> date | None:
    if said in (known.today, known.yesterday):
        return today - DAY * (said == known.yesterday)
    if found := _NUMBERS.fullmatch(said):
        year, month, number = map(int, found.groups())
    elif found := _NAMED.fullmatch(said):
        year, month, number = int(found[3]), known.months.get(found[2], 0), int(found[1])
    else:
        return None
    try:
        return date(year, month, number) if FIRST_PHOTOGRAPH <= year < LAST_YEAR else None
    except ValueError:
        return None
