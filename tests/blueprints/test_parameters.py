from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.http.expiration import MAX_LIFE, MIN_LIFE, parse_end, parse_expiration
from blueprints.http.parameters import parse_flag, parse_tags, parse_taken, parse_text, parse_width
from blueprints.http.refusals import InvalidDate, InvalidParameter
from models.limits import MAX_UNUSED, MIN_UNUSED

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"P[0-9YMWDTHS.,]{0,20}", fullmatch=True),
        st.integers().map(str),
    )
)
def test_any_expiration_is_within_its_bounds_or_refused(text: str) -> None:
    try:
        ends = parse_expiration(text, NOW)
    except InvalidParameter:
        return
    assert (
        ends is None
        if not text.strip()
        else ends is not None and MIN_LIFE <= ends - NOW <= MAX_LIFE
    )


@given(st.integers(300, 31_000_000))
def test_seconds_and_iso_durations_agree(seconds: int) -> None:
    ends = NOW + timedelta(seconds=seconds)
    hours, rest = divmod(seconds, 3600)
    assert (
        parse_expiration(str(seconds), NOW)
        == ends
        == parse_expiration(f"PT{hours}H{rest // 60}M{rest % 60}S", NOW)
    )


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("P1M", datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("P2M", datetime(2026, 3, 31, 12, tzinfo=UTC)),
        ("P1W", NOW + timedelta(days=7)),
        ("PT0.5H", NOW + timedelta(minutes=30)),
        ("P1DT12H", NOW + timedelta(hours=36)),
        ("0", NOW + MIN_LIFE),
        ("", None),
    ],
)
def test_the_calendar(text: str, ends: datetime | None) -> None:
    assert parse_expiration(text, NOW) == ends


@given(st.text(max_size=300))
def test_any_tags(text: str) -> None:
    tags = parse_tags(text)
    assert len({tag.casefold() for tag in tags}) == len(tags) <= 50
    assert all(
        0 < len(tag) <= 32 and tag == " ".join(tag.split()) and not set(tag) & set('/\\,#?&%<>"')
        for tag in tags
    )


@given(st.text(max_size=300))
def test_any_text_is_storable(text: str) -> None:
    parse_text(text).encode()


@given(st.text(max_size=10))
def test_widths_and_flags(text: str) -> None:
    for parse in (parse_width, parse_flag):
        try:
            value = parse(text)
        except InvalidParameter:
            continue
        assert value is None or isinstance(value, bool) or 16 <= value <= 20_000


@pytest.mark.parametrize(
    ("day", "time", "at"),
    [
        ("", "", None),
        ("2019-07-15", "18:30", datetime(2019, 7, 15, 16, 30, tzinfo=UTC)),
        ("2019-07-15", "18:30:59", datetime(2019, 7, 15, 16, 30, 59, tzinfo=UTC)),
        ("2019-07-15", "", datetime(2019, 7, 15, 10, tzinfo=UTC)),  # noon
        ("1826-01-01", "12:00", datetime(1826, 1, 1, 11, 6, 32, tzinfo=UTC)),
    ],
)
def test_dates_taken(day: str, time: str, at: datetime | None) -> None:
    assert parse_taken(day, time, ZoneInfo("Europe/Berlin"), NOW) == at


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("", "18:30"), ("2019-02-30", ""), ("2019-07-15", "25:00"), ("2019-07-15", "noon"),
        ("1825-12-31", ""), ("9999-12-31", "23:59"), ("15.7.2019", ""), ("2019-07-15\n", ""),
        ("٢٠١٩-٠٧-١٥", ""), ("2019-07-15", "18:30+02:00"), ("2019-07-15", "\x00"),
        ("0000-00-00", ""), ("2019-W01-1", ""),
    ],
)  # fmt: skip
def test_what_is_no_date(day: str, time: str) -> None:
    with pytest.raises(InvalidDate):
        parse_taken(day, time, ZoneInfo("Europe/Berlin"), NOW)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("unused:P90D", 90),
        (" Unused:p1w ", 7),
        ("unused:P1M", 28),
        ("unused:PT1H", 1),
        ("unused:86401", 2),
        ("unused:0", MIN_UNUSED),
        ("unused:P99Y", MAX_UNUSED),
        ("unused:P9999Y", MAX_UNUSED),
    ],
)
def test_days_without_a_view(text: str, days: int) -> None:
    end = parse_end(text, NOW)
    assert end.unused_days == days and end.at is not None
    assert timedelta(days=days) < end.at - NOW <= timedelta(days=days + 1)


def test_other_ends_are_put_off_by_no_view() -> None:
    assert parse_end("", NOW) == (None, None)
    assert parse_end("P1D", NOW) == (NOW + timedelta(days=1), None)
