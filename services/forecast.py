"""When the space is full, if it goes on as in the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TREND = timedelta(days=30)  # what it is taken from
# With less behind it, the first day of a new site would say that the disk is full in a week.
SHORTEST = timedelta(days=7)
# Beyond it a number says nothing: the disk won't last as long.
LONGEST_DAYS = 3650


class Outlook(StrEnum):
    FULL = "full"
    TOO_EARLY = "too early"
    NOT_GROWING = "not growing"
    LONG = "long"
    DAYS = "days"


@dataclass(frozen=True)
class Forecast:
    """``days`` until it is full, rounded down, where that can be said. ``per_day`` is in bytes."""

    outlook: Outlook
    days: int | None = None
    per_day: int = 0


def forecast(left: int, grown: int, age: timedelta) -> Forecast:
    """``left`` bytes, where it has grown by ``grown`` in the last TREND, or since there is a site,
    which is ``age`` old. What was deleted counts: ``grown`` may be below 0.
    """
    if left <= 0:
        return Forecast(Outlook.FULL, 0)
    if age < SHORTEST:
        return Forecast(Outlook.TOO_EARLY)
    per_day = int(grown / (min(age, TREND) / timedelta(days=1)))
    if per_day <= 0:
        return Forecast(Outlook.NOT_GROWING)
    days = left // per_day
    if days > LONGEST_DAYS:
        return Forecast(Outlook.LONG, per_day=per_day)
    return Forecast(Outlook.DAYS, days, per_day)
