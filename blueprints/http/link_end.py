"""Until when a share link works, to whoever has it."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.context import site, time_zone
from blueprints.http.language import gettext, minute, short_date
from blueprints.http.link_words import last_day
from models import ShareLink
from services.defaults import zone_of


class End(NamedTuple):
    """``at`` is in ISO 8601; ``text`` for the line below the title; ``minute`` says it to the
    minute.
    """

    at: str
    text: str
    minute: str


def end_of(link: ShareLink) -> End | None:
    """The last day as its owner chose it, in their zone; to the minute where it is another day for
    who reads this.
    """
    day = last_day(link, zone_of(site().settings, link.user))
    if link.expires_at is None or day is None:
        return None
    exactly = minute(link.expires_at.astimezone(time_zone()))
    date = short_date(day) if day == last_day(link, time_zone()) else exactly
    return End(link.expires_at.isoformat(), gettext("Until %(date)s", date=date), exactly)
