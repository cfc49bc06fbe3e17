"""Texts of the queue of moderators."""

from __future__ import annotations

from collections.abc import Sequence

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.words import N_
from models import Reason
from services.review import Decision, Outcome

REASONS = {
    Reason.PERSON: _l("It shows somebody who doesn't want that"),
    Reason.UNMARKED: _l("Not safe for work, and not marked so"),
    Reason.COPYRIGHT: _l("It isn't theirs to share"),
    Reason.ILLEGAL: _l("It is against the law"),
    Reason.OTHER: _l("Something else"),
}
REPORTED = _l("Thanks. A moderator will look at it.")
DISMISSED = _l("Report dismissed.")
HIDDEN = _l("Hidden. It waits for approval.")
NO_LONGER_REPORTED = _l("Somebody else was faster.")
NOTHING_CHOSEN = _l("Select at least one file first.")
AFTERWARDS = {  # by the visibility that comes once it is approved
    "private": N_("Then shown in its albums"), "members": N_("Then members"),
    "unlisted": N_("Then unlisted"), "public": N_("Then public"),
}  # fmt: skip
OUTCOMES = {
    Outcome.APPROVED: N_("Approved: %(names)s."),
    Outcome.REFUSED: N_("Refused and deleted: %(names)s."),
    Outcome.NO_LONGER: N_("No longer waiting: %(names)s."),
    Outcome.FAILED: N_("Not done, and still waiting: %(names)s."),
}


def said_of(decisions: Sequence[Decision], missing: int) -> list[str]:
    """What became of each file, one sentence an outcome. ``missing`` are those that don't wait."""
    said = []
    for outcome, text in OUTCOMES.items():
        names = [one.name for one in decisions if one.outcome == outcome]
        if names:
            said.append(_(text, names=", ".join(names)))
    if missing:
        said.append(str(_l("Some files no longer wait: somebody else was faster.")))
    return said
