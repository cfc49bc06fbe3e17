"""The chart of uploads per day, against numbers that are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from blueprints.documents.chart import HEIGHT, WIDTH, Chart, chart, days_until, span_of
from models.flow import Sums

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
BERLIN, NEPAL, YORK = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kathmandu", "America/New_York")
)


Came = list[tuple[datetime, int]]  # when, and how many uploads


def came(*moments: datetime, uploads: int = 1) -> Came:
    return [(at, uploads) for at in moments]


def drawn(quarters: Came, now: datetime, zone: ZoneInfo, count: int) -> Chart:
    """As the page does it, but for the database (tests/models/test_flow.py)."""
    days, sums = days_until(now, zone, count), []
    for begin, end in (span_of(day, zone) for day in days):
        uploads = sum(number for at, number in quarters if begin <= at < end)
        sums.append(Sums(uploads, 100 * uploads, 7))
    return chart(days, sums)


def counts(quarters: Came, now: datetime, zone: ZoneInfo, days: int) -> list[int]:
    return [one.uploads for one in drawn(quarters, now, zone, days).days]


def test_a_day_is_one_of_the_viewers() -> None:
    late = came(datetime(2026, 11, 26, 23, 15, tzinfo=UTC))
    assert counts(late, NOW, ZoneInfo("UTC"), 2) == [0, 1]
    assert drawn(late, NOW, BERLIN, 2).days[-1].day == date(2026, 11, 27)
    assert counts(late, NOW, BERLIN, 2) == [0, 1]
    assert drawn(late, NOW, YORK, 2).days[-1].day == date(2026, 11, 26)
    # a quarter of an hour is where the days of Nepal begin: 18:15 UTC
    nepal = came(
        datetime(2026, 11, 26, 18, 0, tzinfo=UTC), datetime(2026, 11, 26, 18, 15, tzinfo=UTC)
    )
    assert counts(nepal, NOW, NEPAL, 2) == [1, 1]


def test_days_without_uploads_are_0_and_what_is_older_is_left_out() -> None:
    quarters = came(NOW - timedelta(days=2), NOW - timedelta(days=2), NOW - timedelta(days=30))
    found = drawn(quarters, NOW, ZoneInfo("UTC"), 30)
    assert len(found.days) == 30 and found.uploads == 2 and found.bytes == 200
    assert found.days[0].day == date(2026, 10, 28) and found.days[-1].day == date(2026, 11, 26)
    assert found.days[-3].uploads == 2


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_where_clocks_change_a_day_has_fewer_or_more_hours(day: date, hours: int) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    each = [begin + timedelta(minutes=15 * number) for number in range(4 * hours)]
    before, after = begin - timedelta(minutes=15), begin + timedelta(hours=hours)
    now = begin + timedelta(hours=hours + 1)
    found = drawn(came(before, *each, after), now, BERLIN, 3)
    assert [one.uploads for one in found.days] == [1, 4 * hours, 1]
    assert found.days[1].day == day


def test_a_day_may_begin_after_midnight() -> None:
    """Where clocks go forward at midnight, as in Havana: it begins at one o'clock."""
    zone = ZoneInfo("America/Havana")
    begin, end = span_of(date(2026, 3, 8), zone)
    assert begin.astimezone(UTC).isoformat() == "2026-03-08T05:00:00+00:00"
    assert (end.astimezone(UTC) - begin.astimezone(UTC)) == timedelta(hours=23)


def test_an_empty_site_has_an_empty_chart() -> None:
    found = drawn([], NOW, BERLIN, 90)
    assert len(found.bars) == 90 and not any(bar.height for bar in found.bars)
    assert found.uploads == found.bytes == 0 and found.top == 4


def test_bars_stand_on_the_ground_with_today_at_the_right() -> None:
    quarters = came(NOW, uploads=50) + came(NOW - timedelta(days=1), uploads=25)
    found = drawn(quarters + came(NOW - timedelta(days=2)), NOW, ZoneInfo("UTC"), 30)
    *_, third, second, last = found.bars
    assert (last.height, second.height, third.height) == (HEIGHT, HEIGHT / 2, 2)
    assert all(bar.y + bar.height == HEIGHT for bar in found.bars)
    assert last.x + last.width == found.width == 30 * WIDTH - 2
    few = drawn(quarters + came(NOW, uploads=99_000), NOW, ZoneInfo("UTC"), 30)
    assert few.bars[-2].height == 1  # 25 of 100,000 can be seen


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (4, 4), (5, 5), (10, 10), (11, 20), (91, 100), (101, 200), (20_001, 30_000)],
)
def test_the_scale_ends_with_a_round_number(most: int, top: int) -> None:
    assert drawn(came(NOW, uploads=most), NOW, BERLIN, 30).top == top
