"""Texts of what people without an account send by share links."""

from __future__ import annotations

from collections.abc import Sequence

from blueprints.http.language import gettext as _
from blueprints.http.language import ngettext
from blueprints.http.review_words import said_of as said_of_each
from models import ShareLink
from models.sent_files import SentFile
from services.review import Decision, Outcome

MOST_NAMED = 10  # files of one decision: more names than that nobody reads


def said_of(sent: SentFile, link: ShareLink) -> str:
    """Who sees it, to who sent it."""
    name = link.user.shown_name
    if sent.upload.leftovers:
        return _("Only %(name)s sees this file: its private data can't be removed.", name=name)
    if sent.how.is_waiting:
        return _("Waits for the approval of %(name)s.", name=name)
    if not sent.upload.is_approved:
        return _("Waits for a moderator's approval.")
    return _("Sent. Whoever has the link sees it.")


def said_of_decisions(decisions: Sequence[Decision], missing: int) -> list[str]:
    """What became of each file, to the owner of the link; how many that were, where they are many.
    ``missing`` are those that don't wait.
    """
    if len(decisions) <= MOST_NAMED:
        return said_of_each(decisions, missing)
    counts = {one: [each.outcome for each in decisions].count(one) for one in Outcome}
    said = [_counted(outcome, count) for outcome, count in counts.items() if count]
    return [*said, *said_of_each([], missing)]


def _counted(outcome: Outcome, count: int) -> str:
    match outcome:
        case Outcome.APPROVED:
            return ngettext("Approved: %(num)s file.", "Approved: %(num)s files.", count)
        case Outcome.REFUSED:
            return ngettext(
                "Refused and deleted: %(num)s file.", "Refused and deleted: %(num)s files.", count
            )
        case Outcome.NO_LONGER:
            return ngettext(
                "No longer waiting: %(num)s file.", "No longer waiting: %(num)s files.", count
            )
    return ngettext(
        "Not done, and still waiting: %(num)s file.",
        "Not done, and still waiting: %(num)s files.",
        count,
    )
