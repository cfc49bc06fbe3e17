"""What a site says to people without an account of what they send."""

from __future__ import annotations

from datetime import timedelta

from blueprints.documents.wire import size_formatted
from blueprints.http.context import person, site
from blueprints.http.expiration import parse_end
from blueprints.http.language import gettext as _
from blueprints.http.language import ngettext
from blueprints.http.words import EXPIRATIONS
from models import utcnow
from services.review import is_reviewed


def guest_terms() -> str:
    """How large, for how long, and who looks first."""
    settings = site().settings
    size = _("Up to %(size)s a file.", size=size_formatted(settings.max_guest_bytes))
    waits = _("Others see it once a moderator approves it.") if is_reviewed(settings, None) else ""
    return f"{size} {_stays(settings.guest_expires_days)} {waits}".rstrip()


def _stays(days: int) -> str:
    if not days:
        return _("Files stay until they are deleted.")
    return ngettext("Deleted after %(num)s day.", "Deleted after %(num)s days.", days, num=days)


def taken_over(count: int) -> str:
    return ngettext("%(num)s file is now yours.", "%(num)s files are now yours.", count, num=count)


def expirations() -> list[tuple[str, str]]:
    """The choices of a form: values, and texts to be translated. A guest's end by the site's."""
    days = 0 if person() else site().settings.guest_expires_days
    if not days:
        return list(EXPIRATIONS.items())
    now = utcnow()
    latest = now + timedelta(days=days)
    shorter = [
        (value, text)
        for value, text in EXPIRATIONS.items()
        if value and (parse_end(value, now).at or latest) < latest
    ]
    return [("", _in_days(days)), *shorter]


def _in_days(days: int) -> str:
    return ngettext("In %(num)s day", "In %(num)s days", days, num=days)
