"""When the disk is full: a number where there is a trend, and words where there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.forecast import LONGEST_DAYS, Outlook, forecast

GB = 10**9


@pytest.mark.parametrize(
    ("left", "grown", "age", "outlook", "days"),
    [
        (300 * GB, 30 * GB, 365, Outlook.DAYS, 300),
        (300 * GB, 30 * GB, 30, Outlook.DAYS, 300),
        (300 * GB, 30 * GB, 10, Outlook.DAYS, 100),  # all of it in ten days
        (299 * GB, 300 * GB, 365, Outlook.DAYS, 29),
        (GB, 300 * GB, 365, Outlook.DAYS, 0),
        (1, 30 * GB, 365, Outlook.DAYS, 0),
        (0, 30 * GB, 365, Outlook.FULL, 0),
        (-5, 0, 365, Outlook.FULL, 0),
        (0, 0, 0, Outlook.FULL, 0),
        (300 * GB, 30 * GB, 0, Outlook.TOO_EARLY, None),
        (300 * GB, 30 * GB, 6, Outlook.TOO_EARLY, None),
        (300 * GB, 0, 365, Outlook.NOT_GROWING, None),
        (300 * GB, -30 * GB, 365, Outlook.NOT_GROWING, None),
        (300 * GB, 29, 365, Outlook.NOT_GROWING, None),  # less than a byte a day
        (300 * GB, 30, 365, Outlook.LONG, None),
        (LONGEST_DAYS * GB, 30 * GB, 365, Outlook.DAYS, LONGEST_DAYS),
        ((LONGEST_DAYS + 1) * GB, 30 * GB, 365, Outlook.LONG, None),
    ],
)
def test_forecasts(left: int, grown: int, age: int, outlook: Outlook, days: int | None) -> None:
    found = forecast(left, grown, timedelta(days=age))
    assert (found.outlook, found.days) == (outlook, days)
