"""Changes of files in words: what was done to how many, and why some of them stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from models import Change, ChangeState
from services.acts import Why

DONE: Mapping[str, Callable[[int], str]] = {
    "bin": lambda n: ngettext("%(num)s file moved to the bin", "%(num)s files moved to the bin", n),
    "restore": lambda n: ngettext("%(num)s file restored", "%(num)s files restored", n),
    "tags": lambda n: ngettext("Tags of %(num)s file changed", "Tags of %(num)s files changed", n),
}
REASONS: Mapping[str, str] = {
    Why.GONE: _l("No longer here"),
    Why.BUSY: _l("Being changed by something else. Try again in a moment."),
    Why.CHANGED_SINCE: _l("Changed since"),
    Why.FULL: _l("No space left for it"),
    Why.NOT_CLEANED: _l("Private data couldn't be removed from it, so it stays private"),
    Why.NO_DATE: _l("No date taken to shift"),
    Why.CANNOT_ROTATE: _l("This type of file can't be rotated without loss"),
    Why.NO_ALBUM: _l("The album was deleted, or takes no more files from you"),
    Why.ENDED: _l("Expired while it was in the bin"),
}


def said(change: Change) -> str:
    """What has come of it so far, in one or two sentences."""
    if change.state == ChangeState.WORKING:
        return _("%(done)s of %(total)s done", done=change.done, total=change.total)
    if change.state == ChangeState.UNDOING:
        return _("Undoing")
    if change.state == ChangeState.UNDONE:
        return _undone(change)
    parts = [DONE[change.act](change.done)] if change.done or not change.failed else []
    parts += [_failed(change.failed)] if change.failed else []
    return ". ".join(parts) + ("." if len(parts) > 1 else "")


def _failed(count: int) -> str:
    return ngettext(
        "%(num)s file could not be changed", "%(num)s files could not be changed", count
    )


def _undone(change: Change) -> str:
    if not change.failed:
        return _("Undone")
    return ngettext(
        "Undone. %(num)s file can't be put back, and stays as it is.",
        "Undone. %(num)s files can't be put back, and stay as they are.",
        change.failed,
    )


def reason(why: str) -> str:
    return str(REASONS.get(why, why))
