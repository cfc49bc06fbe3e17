"""When a file is deleted by itself, as pages say it."""

from __future__ import annotations

from datetime import datetime

from blueprints.http.context import time_zone
from blueprints.http.language import gettext as _
from blueprints.http.language import minute, ngettext, short_date, until
from models import Upload, utcnow

YEAR = 365  # days, as the choices of forms have it


def ends(upload: Upload, now: datetime) -> str:
    """In a sentence, "" of what doesn't expire."""
    if not upload.expires_at:
        return ""
    days = upload.unused_days
    if days is None:
        return _("Expires %(when)s", when=until(upload.expires_at, now))
    date = _day(upload.expires_at)
    if days == YEAR:
        return _(
            "Deleted when nobody has looked at it for a year: on %(date)s at the earliest",
            date=date,
        )
    return ngettext(
        "Deleted when nobody has looked at it for %(num)s day: on %(date)s at the earliest",
        "Deleted when nobody has looked at it for %(num)s days: on %(date)s at the earliest",
        days,
        date=date,
    )


def ends_on(upload: Upload) -> str:
    """The same in a few words, for a badge."""
    if not upload.expires_at:
        return ""
    date = _day(upload.expires_at)
    if upload.unused_days is None:
        return _("Expires on %(date)s", date=date)
    return _("Expires on %(date)s at the earliest", date=date)


def end_of(upload: Upload) -> str:
    """The moment, or the day where views put it off."""
    if not upload.expires_at:
        return ""
    if upload.unused_days is None:
        return minute(upload.expires_at.astimezone(time_zone()))
    return _("%(date)s at the earliest", date=_day(upload.expires_at))


def choice(upload: Upload) -> str:
    """What it has, as a choice beside others."""
    days = upload.unused_days
    if not upload.expires_at:
        return _("Never")
    if days is None:
        return _("Expires %(when)s", when=until(upload.expires_at, utcnow()))
    if days == YEAR:
        return _("When nobody has looked for a year")
    return ngettext(
        "When nobody has looked for %(num)s day", "When nobody has looked for %(num)s days", days
    )


def saved(upload: Upload, now: datetime) -> str:
    """Of an upload whose expiration has changed."""
    if upload.expires_at is None:
        return _("Saved. Never expires.")
    if upload.unused_days is None:
        return _("Saved. Expires %(when)s.", when=until(upload.expires_at, now))
    return _("Saved. Expires on %(date)s at the earliest.", date=_day(upload.expires_at))


def _day(at: datetime) -> str:
    return short_date(at.astimezone(time_zone()))
