"""How much people without an account may send by share links: as much as guests, from one network,
and no more than these numbers. It is theirs alone: the link's owner may upload as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from models import Attempt, Limit
from services.errors import Flooding
from services.intake import Sender
from services.settings import Settings

PERIODS = (
    ("minute", timedelta(minutes=1)),
    ("hour", timedelta(hours=1)),
    ("day", timedelta(days=1)),
)
# Where the site sets no limit. One phone has no more than some hundred files of one party; a
# hundred guests of it may have one network. Whoever goes on wants to fill the disk.
OF_BROWSER, OF_NETWORK = 1_000, 5_000  # files in an hour


class _Bucket(NamedTuple):
    name: str
    period: str
    limit: Limit


def check_flood(settings: Settings, sender: Sender) -> None:
    """Raises Flooding."""
    for name, period, limit in _buckets(settings, sender):
        if wait := Attempt.wait(name, (limit,)):
            raise Flooding(limit.count, period, wait)


def count_sent(sender: Sender) -> None:
    """One file more, whether or not it is taken back. Call it as the one writer, behind
    `check_flood`.
    """
    for name in _names(sender):
        Attempt.take(name, ())


def _names(sender: Sender) -> tuple[str, str]:
    return f"sent from browser {sender.browser}", f"sent from network {sender.network}"


def _buckets(settings: Settings, sender: Sender) -> Iterator[_Bucket]:
    browser, network = _names(sender)
    hour = timedelta(hours=1)
    yield _Bucket(browser, "hour", Limit(OF_BROWSER, hour))
    yield _Bucket(network, "hour", Limit(OF_NETWORK, hour))
    counts = (settings.flood_per_minute, settings.flood_per_hour, settings.flood_per_day)
    for count, (period, length) in zip(counts, PERIODS, strict=True):
        if count:
            yield _Bucket(network, period, Limit(count, length))
