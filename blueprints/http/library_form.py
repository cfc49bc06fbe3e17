"""The form of a library: its order, its filters and the place of a page, all in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from werkzeug.exceptions import BadRequest

from blueprints.http import words
from blueprints.http.parameters import parse_flag
from media.metadata.reader import FIRST_PHOTOGRAPH, LAST_YEAR
from models import Visibility
from models.upload.library import MAX_NAME_KEY, ORDERS, Order, Place
from models.upload.shelf import KINDS, Filter

FIRST_ORDER = "newest"
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)  # dates in addresses are microseconds since then
_END = datetime(9999, 12, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = FIRST_PHOTOGRAPH - 1, LAST_YEAR + 1  # in UTC it may be the one beside it
MAX_RANK = 10**18 - 1
_NUMBER = re.compile(r"[0-9]{1,18}")
_YEAR = re.compile(r"[0-9]{4}")
_NO_NAME = re.compile(r"[\x00\ud800-\udfff]")  # what no stored text has


@dataclass(frozen=True)
class Wanted:
    """``year`` is for orders of dates only, 0: all."""

    sort: str = FIRST_ORDER
    filter: Filter = Filter()
    year: int = 0
    after: Place | None = None
    is_backwards: bool = False

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    def years(self, zone: tzinfo) -> tuple[datetime, datetime] | None:
        """From when until when."""
        if not self.year:
            return None
        is_last = self.year == _LAST_YEAR  # the next would be none of the calendar
        end = _END if is_last else datetime(self.year + 1, 1, 1, tzinfo=zone)
        return datetime(self.year, 1, 1, tzinfo=zone), end

    @property
    def query(self) -> dict[str, str]:
        """The fields of the address, without the place."""
        fields = {
            "sort": "" if self.sort == FIRST_ORDER else self.sort,
            "kind": self.filter.kind,
            "visibility": self.filter.visibility,
            "year": str(self.year or ""),
            "expires": "1" if self.filter.is_expiring else "",
            "no_album": "1" if self.filter.is_in_no_album else "",
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def is_filtered(self) -> bool:
        return self.filter != Filter() or bool(self.year)

    def without(self, name: str) -> str:
        """The address of the first page without this field."""
        return f"?{urlencode({field: one for field, one in self.query.items() if field != name})}"

    def beginning(self, month: date, zone: tzinfo) -> Place:
        """The place before all uploads of a month, in an order of dates."""
        begin = datetime(month.year, month.month, 1, tzinfo=zone)
        if self.order.is_descending:
            after = (begin + timedelta(days=32)).replace(day=1)
            return Place(after.replace(hour=0), 0)
        return Place(begin - timedelta(microseconds=1), MAX_RANK)

    def page(self, place: Place | None = None, name: str = "after") -> str:
        """The address of the page that goes on from ``place``; ``name`` is ``before`` for the one
        that ends there.
        """
        fields = {**self.query, name: written(place)} if place else self.query
        return f"?{urlencode(fields)}"


def parse_wanted(args: Mapping[str, str]) -> Wanted:
    """Raises BadRequest for what no form and no page of ours has."""
    sort = _one_of(ORDERS, args.get("sort", "")) or FIRST_ORDER
    order = ORDERS[sort]
    after, before = (place_in(args.get(name, ""), order) for name in ("after", "before"))
    return Wanted(
        sort=sort,
        filter=Filter(
            kind=_one_of(KINDS, args.get("kind", "")),
            visibility=_one_of(list(Visibility), args.get("visibility", "")),
            is_expiring=parse_flag(args.get("expires", ""), "expires"),
            is_in_no_album=parse_flag(args.get("no_album", ""), "no_album"),
        ),
        year=_year(args.get("year", "")) if order.is_of_dates else 0,
        after=after or before,
        is_backwards=after is None and before is not None,
    )


def parse_place(args: Mapping[str, str]) -> Place | None:
    """Of pages with one order that lead one way. Raises BadRequest as `parse_wanted` does."""
    wanted = parse_wanted(args)
    if wanted.after and (wanted.sort != FIRST_ORDER or wanted.is_backwards):
        raise BadRequest(words.BAD_CURSOR)
    return wanted.after


def _one_of(known: Any, text: str) -> str:
    if text and text not in known:
        raise BadRequest(words.BAD_CURSOR)
    return text


def _year(text: str) -> int:
    if not text:
        return 0
    if not _YEAR.fullmatch(text) or not _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        raise BadRequest(words.BAD_CURSOR)
    return int(text)


def written(place: Place) -> str:
    value = place.value
    if isinstance(value, datetime):
        value = (value - _BEGIN) // timedelta(microseconds=1)
    return f"{place.rank}.{value}"


def place_in(text: str, order: Order) -> Place | None:
    if not text:
        return None
    rank, dot, value = text.partition(".")
    is_name = order.column == "name_key"
    fits = _is_name(value) if is_name else _is_number(value)
    if not dot or not _is_number(rank) or not fits:
        raise BadRequest(words.BAD_CURSOR)
    if is_name:
        return Place(value, int(rank))
    if not order.is_of_dates:
        return Place(int(value), int(rank))
    if int(value) > (_END - _BEGIN) // timedelta(microseconds=1):
        raise BadRequest(words.BAD_CURSOR)
    return Place(_BEGIN + timedelta(microseconds=int(value)), int(rank))


def _is_name(text: str) -> bool:
    """Letters of any kind: joiners and marks of direction are in names, too."""
    return len(text) <= MAX_NAME_KEY and not _NO_NAME.search(text)


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))
