"""Changes of files in words: what was done to how many, and why some of them stay as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from models import Change, ChangeState, Upload
from services.acts import Why

DONE: Mapping[str, Callable[[int], str]] = {
    "add": lambda n: ngettext(
        "%(num)s file added to the album", "%(num)s files added to the album", n
    ),
    "bin": lambda n: ngettext("%(num)s file moved to the bin", "%(num)s files moved to the bin", n),
    "deleted": lambda n: ngettext("%(num)s file deleted", "%(num)s files deleted", n),
    "category": lambda n: ngettext(
        "Category of %(num)s file changed", "Category of %(num)s files changed", n
    ),
    "edit": lambda n: ngettext("%(num)s file changed", "%(num)s files changed", n),
    "expiration": lambda n: ngettext(
        "Expiration of %(num)s file changed", "Expiration of %(num)s files changed", n
    ),
    "like": lambda n: ngettext("%(num)s file given a heart", "%(num)s files given a heart", n),
    "unlike": lambda n: ngettext(
        "Heart of %(num)s file taken back", "Hearts of %(num)s files taken back", n
    ),
    "merge": lambda n: ngettext("%(num)s file merged", "%(num)s files merged", n),
    "move": lambda n: ngettext(
        "%(num)s file moved to the album", "%(num)s files moved to the album", n
    ),
    "unsafe": lambda n: ngettext(
        "%(num)s file marked as not safe", "%(num)s files marked as not safe", n
    ),
    "safe": lambda n: ngettext("%(num)s file marked as safe", "%(num)s files marked as safe", n),
    "remove": lambda n: ngettext(
        "%(num)s file removed from the album", "%(num)s files removed from the album", n
    ),
    "replace": lambda n: ngettext("%(num)s file replaced", "%(num)s files replaced", n),
    "restore": lambda n: ngettext("%(num)s file restored", "%(num)s files restored", n),
    "roll_back": lambda n: ngettext("%(num)s file rolled back", "%(num)s files rolled back", n),
    "rotate": lambda n: ngettext("%(num)s file rotated", "%(num)s files rotated", n),
    "shift": lambda n: ngettext(
        "Date taken of %(num)s file shifted", "Date taken of %(num)s files shifted", n
    ),
    "tags": lambda n: ngettext("Tags of %(num)s file changed", "Tags of %(num)s files changed", n),
    "visibility": lambda n: ngettext(
        "Visibility of %(num)s file changed", "Visibility of %(num)s files changed", n
    ),
}
REASONS: Mapping[str, str] = {
    Why.GONE: _l("No longer here"),
    Why.IN_BIN: _l("In the bin. Restore it first."),
    Why.BUSY: _l("Being changed by something else. Try again in a moment."),
    Why.CHANGED_SINCE: _l("Changed since"),
    Why.FULL: _l("No space left for it"),
    Why.NOT_CLEANED: _l("Private data couldn't be removed from it, so it stays private"),
    Why.TOO_MANY_TAGS: _l("It would have too many tags"),
    Why.NO_DATE: _l("No date taken to shift"),
    Why.CANNOT_ROTATE: _l("This type of file can't be rotated without loss"),
    Why.BAD_DATE: _l("The date would be before 1826, or in the future"),
    Why.NOT_APPROVED: _l("Waits for your approval"),
    Why.NOT_KEPT: _l("The file to keep is no longer here"),
    Why.WAITS: _l("The file to keep waits for approval"),
    Why.KEPT_TELLS: _l("The file to keep has private data in it that this one doesn't have"),
    Why.KEPT_CLOSED: _l(
        "Fewer people can open the file to keep. Keep this one, or change who can see the other"
    ),
    Why.KEPT_ENDS: _l("The file to keep expires sooner"),
    Why.NO_ALBUM: _l("The album was deleted, or takes no more files from you"),
    Why.ENDED: _l("Expired while it was in the bin"),
}


def title(change: Change) -> str:
    """What was done, or is being done, to how many."""
    if change.state != ChangeState.DONE:
        return DONE[_sentence(change)](change.total)
    if change.failed and not change.done:
        return _failed(change.failed)
    return DONE[_sentence(change)](change.done)


def state(change: Change) -> str:
    """What else has come of it, but for what failed on the way there: "" for nothing."""
    return "" if change.state == ChangeState.DONE else said(change)


def said(change: Change) -> str:
    """What has come of it so far, in one or two sentences."""
    if change.state == ChangeState.WORKING:
        over = change.done + change.failed
        return _("Done so far: %(done)s of %(total)s", done=over, total=change.total)
    if change.state == ChangeState.UNDOING:
        return _("Undoing")
    if change.state == ChangeState.UNDONE:
        return _undone(change)
    done, failed = DONE[_sentence(change)](change.done), _failed(change.failed)
    if not change.failed:
        return done
    return f"{done}. {failed}." if change.done else failed  # two sentences, each as it is


def _sentence(change: Change) -> str:
    """Some acts go both ways."""
    if change.act == "nsfw":
        return "unsafe" if change.wishes["nsfw"] else "safe"
    if change.act == "like":
        return "like" if change.wishes["heart"] else "unlike"
    return "deleted" if change.is_final else change.act


def _failed(count: int) -> str:
    return ngettext(
        "%(num)s file could not be changed", "%(num)s files could not be changed", count
    )


def _undone(change: Change) -> str:
    if not change.failed:
        return _("Undone")
    if not change.done:
        return ngettext(
            "Not undone: %(num)s file can't be put back, and stays as it is.",
            "Not undone: %(num)s files can't be put back, and stay as they are.",
            change.failed,
        )
    return ngettext(
        "Undone. %(num)s file can't be put back, and stays as it is.",
        "Undone. %(num)s files can't be put back, and stay as they are.",
        change.failed,
    )


def reason(why: str, change: Change | None = None, upload: Upload | None = None) -> str:
    """Of a file as it is now, if it is still theirs."""
    if why == Why.GONE and upload and upload.is_binned:
        return _("In the bin. Restore it first.")
    if why == Why.GONE and upload and change and change.act == "bin":
        return _("Restored since")
    return str(REASONS.get(why, why))
