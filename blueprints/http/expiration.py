"""When an upload is to end, as forms, programs and defaults say it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import isodate

from blueprints.http.refusals import InvalidParameter
from models.limits import MAX_UNUSED, MIN_UNUSED
from models.upload.end import End, unused_end

MIN_LIFE, MAX_LIFE = timedelta(minutes=5), timedelta(days=365)
UNUSED = "unused:"  # before a duration: so long after the last view, not after the upload
_SECONDS = re.compile(r"([0-9]{1,18})(?:\.([0-9]{0,18}))?")
_DURATION = re.compile(r"P[0-9.,YMWDTHS]{2,40}")


def parse_end(text: str, now: datetime) -> End:
    """As of `parse_expiration`; behind ``unused:``, whole days since the last view, a begun one
    counted. Raises InvalidParameter.
    """
    text = text.strip()
    if text[: len(UNUSED)].lower() != UNUSED:
        return End(parse_expiration(text, now))
    life = _life(text[len(UNUSED) :].strip(), now)
    days = min(max(-(-life // timedelta(days=1)), MIN_UNUSED), MAX_UNUSED)
    return End(unused_end(days, now), days)


def parse_expiration(text: str, now: datetime) -> datetime | None:
    """When the upload ends: an ISO 8601 duration, or seconds (a fraction counts as one more) from
    ``now``, between 5 minutes and a year.
    """
    text = text.strip()
    if not text:
        return None
    return (now + min(max(_life(text, now), MIN_LIFE), MAX_LIFE)).astimezone(UTC)


def _life(text: str, now: datetime) -> timedelta:
    if seconds := _SECONDS.fullmatch(text):
        whole, fraction = seconds.groups()
        most = int(timedelta(days=MAX_UNUSED).total_seconds())
        return timedelta(seconds=min(int(whole) + bool((fraction or "").strip("0")), most))
    return _iso_duration(text.upper(), now)


def _iso_duration(text: str, now: datetime) -> timedelta:
    """Months and years are the calendar's, counted from ``now`` (ISO 8601-1, 5.5.2)."""
    if not _DURATION.fullmatch(text):
        raise InvalidParameter("expiration")
    longest = timedelta(days=MAX_UNUSED)  # beyond any limit here
    try:
        duration = isodate.parse_duration(text)
    except OverflowError:
        return longest
    except (ValueError, TypeError, ArithmeticError, LookupError):
        raise InvalidParameter("expiration") from None
    try:
        life: timedelta = now + duration - now
    except (ValueError, ArithmeticError):  # beyond the last date
        return longest
    return life
