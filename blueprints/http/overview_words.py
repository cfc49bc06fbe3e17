"""What the overview says: how long the space lasts, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for

from blueprints.http import doctor_words
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from models.overview import Facts
from models.waiting import Waiting
from services.forecast import Forecast, Outlook
from services.left import Left

DAYS_OF_A_YEAR = 365
SOON_DAYS = 30  # until it is full: time to buy a disk
KINDS = {"photo": _l("Photos"), "animation": _l("Animations"), "video": _l("Videos")}
_OUTLOOKS = {
    Outlook.FULL: _l("Nothing is left: uploads are refused."),
    Outlook.TOO_EARLY: _l("It is too early to say how long that lasts."),
    Outlook.NOT_GROWING: _l("Space used is not growing."),
    Outlook.LONG: _l("At this rate, it lasts for more than ten years."),
}


class Notice(NamedTuple):
    """``href``: where to do something about it; "" for nowhere."""

    text: str
    href: str = ""


def outlook(forecast: Forecast) -> str:
    if forecast.outlook != Outlook.DAYS:
        return str(_OUTLOOKS[forecast.outlook])
    if not forecast.days:
        return _("At this rate, it is full within a day.")
    if (years := round(forecast.days / DAYS_OF_A_YEAR)) > 1:
        return ngettext(
            "At this rate, it is full in about %(num)s year.",
            "At this rate, it is full in about %(num)s years.",
            years,
        )
    return ngettext(
        "At this rate, it is full in %(num)s day.", "At this rate, it is full in %(num)s days.",
        forecast.days,
    )  # fmt: skip


def notices(left: Left, facts: Facts, ignored: Sequence[str], waits: Waiting) -> list[Notice]:
    """What comes first is worst."""
    found = []
    if left.disk is None:
        found.append(Notice(_("The storage doesn't answer: no upload can be kept.")))
    elif left.forecast and _is_soon(left.forecast):
        found.append(Notice(outlook(left.forecast), "#space"))
    if waits.damaged:
        found.append(Notice(doctor_words.damaged(waits.damaged), url_for("doctor.show")))
    if facts.failed:
        words = ngettext("%(num)s job has failed.", "%(num)s jobs have failed.", facts.failed)
        found.append(Notice(words, url_for("jobs.index")))
    if waits.people:
        words = ngettext("%(num)s person waits for approval.",
            "%(num)s people wait for approval.", waits.people)  # fmt: skip
        found.append(Notice(words, url_for("accounts.index")))
    if waits.uploads:
        words = ngettext("%(num)s file waits for approval.",
            "%(num)s files wait for approval.", waits.uploads)  # fmt: skip
        found.append(Notice(words, url_for("review.index")))
    if waits.reports:
        words = ngettext("%(num)s report waits for an answer.",
            "%(num)s reports wait for an answer.", waits.reports)  # fmt: skip
        found.append(Notice(words, url_for("reports.index")))
    if ignored:
        words = _("The database has settings that this version doesn't take: %(names)s.",
            names=", ".join(ignored))  # fmt: skip
        found.append(Notice(words))
    return found


def _is_soon(forecast: Forecast) -> bool:
    return forecast.days is not None and forecast.days <= SOON_DAYS
