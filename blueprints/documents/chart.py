"""Uploads per day as bars, to be drawn by a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from models.flow import Span, Sums

WIDTH, GAP, HEIGHT = 10, 2, 100  # of one bar with the gap behind it, and of the highest: units


class Day(NamedTuple):
    """``bytes`` are those that came."""

    day: date
    uploads: int
    bytes: int


class Bar(NamedTuple):
    """A rectangle, from the upper left corner, and of which day it is."""

    x: int
    y: float
    width: int
    height: float
    day: Day


@dataclass(frozen=True)
class Chart:
    """``days`` in order, of which the last is today. ``top`` is the number at its upper edge."""

    days: list[Day]
    top: int

    @property
    def width(self) -> int:
        return WIDTH * len(self.days) - GAP

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def uploads(self) -> int:
        return sum(one.uploads for one in self.days)

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.days)

    @property
    def bars(self) -> list[Bar]:
        """One a day, also where nothing came; one upload among thousands can be seen."""
        return [self._bar(number, day) for number, day in enumerate(self.days)]

    def _bar(self, number: int, day: Day) -> Bar:
        height = max(1.0, round(HEIGHT * day.uploads / self.top, 2)) if day.uploads else 0.0
        return Bar(number * WIDTH, round(HEIGHT - height, 2), WIDTH - GAP, height, day)


def days_until(now: datetime, zone: tzinfo, count: int) -> list[date]:
    """The last so many days there, of which the last is today."""
    today = now.astimezone(zone).date()
    return [today - timedelta(days=ago) for ago in range(count - 1, -1, -1)]


def span_of(day: date, zone: tzinfo) -> Span:
    """From its midnight to the next one: 23 or 25 hours where clocks change."""
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def chart(days: Sequence[date], sums: Sequence[Sums]) -> Chart:
    """What came on each of these days."""
    shown = [Day(day, one.uploads, one.bytes) for day, one in zip(days, sums, strict=True)]
    return Chart(shown, _top(max(one.uploads for one in shown)))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _top(most: int) -> int:
    """A round number, not below the highest bar: one digit with zeros, 4 at least."""
    zeros = int("1" + "0" * (len(str(most)) - 1))
    return max(4, -(-most // zeros) * zeros)
