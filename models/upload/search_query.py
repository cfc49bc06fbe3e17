"""What somebody looks for, once it is understood (`blueprints.http.search_syntax`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

MAX_MONTHS = 14  # of a span: a year in any time zone


class Span(NamedTuple):
    start: datetime
    end: datetime  # no longer part of it

    @property
    def months(self) -> list[tuple[int, int]]:
        """Those that it touches, in UTC."""
        last = self.end.astimezone(UTC)
        at = self.start.astimezone(UTC)
        months: list[tuple[int, int]] = []
        while (at.year, at.month) <= (last.year, last.month) and len(months) < MAX_MONTHS:
            months.append((at.year, at.month))
            at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1, day=1)
        return months


class Term(NamedTuple):
    """``field`` says how ``value`` is meant: ``words`` (a part of them), ``phrase`` (whole words in
    this order), ``file`` (a name with its ending), ``camera``, ``tag``, ``album``, ``category`` and
    ``user`` (their keys and names), ``kind``, ``format``, ``visibility``, ``expiring``, ``nsfw``.
    """

    field: str
    value: str = ""
    is_excluded: bool = False
    format: str = ""  # of a file

    @property
    def is_own(self) -> bool:
        """Whether only the owner finds what it is about."""
        return self.field == "expiring" or (self.field, self.value) == ("visibility", "private")


@dataclass(frozen=True)
class SearchQuery:
    """All terms hold. ``since`` and ``until`` bound the date shown."""

    terms: tuple[Term, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    taken: Span | None = None

    @property
    def is_empty(self) -> bool:
        return self == SearchQuery()

    def values(self, field: str) -> list[str]:
        """Of the terms of this field, excluded or not."""
        return [term.value for term in self.terms if term.field == field]


def with_tag(key: str) -> SearchQuery:
    return SearchQuery((Term("tag", key),))


def in_category(url_key: str) -> SearchQuery:
    return SearchQuery((Term("category", url_key),))
