"""What admins are told of restores that were tried: a red line where the last is too long ago."""

from __future__ import annotations

from typing import NamedTuple

from flask import url_for

from blueprints.http import context
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from config import FLASK
from models import utcnow
from models.waiting import Waiting
from services.proven import STALE_AFTER, Failed, Proven, Why, last_failed, last_proven

_REASONS = {
    Why.FOLDER: _l("The last drill failed: no copy could be found in the folder of the backup."),
    Why.OTHER: _l("The last drill failed: in the folder is the backup of another site."),
    Why.DATABASE: _l("The last drill failed: the database in the copy is damaged."),
    Why.FILE: _l("The last drill failed: a file in the copy is missing or damaged."),
    Why.ROOM: _l("The last drill failed: the disk of the data folder has no room to try."),
    Why.DISK: _l("The last drill failed: a disk could not be read or written."),
}
_NEW_COPY = _l("Make a new copy with %(backup)s, then run %(drill)s.")
_ADVICE = {
    Why.FOLDER: _l("Connect the disk of the backup, then run %(drill)s."),
    Why.OTHER: _l("Name the folder of the backup of this site, then run %(drill)s."),
    Why.DATABASE: _NEW_COPY,
    Why.FILE: _NEW_COPY,
    Why.ROOM: _l("Make room on the disk of the data folder, then run %(drill)s."),
    Why.DISK: _l("Look at both disks; the log has what the system said. Then run %(drill)s."),
}
_COMMANDS = {"backup": f"{FLASK} backup --verify", "drill": f"{FLASK} drill"}


class Unproven(NamedTuple):
    """``href``: where to read how it becomes better."""

    text: str
    href: str


def proven(waits: Waiting) -> Proven | None:
    return last_proven(waits.proven or "")


def failed(waits: Waiting) -> Failed | None:
    return last_failed(waits.drilled or "")


def reason(of: Failed) -> str:
    return str(_REASONS[of.why])


def advice(of: Failed | None, waits: Waiting) -> str:
    """What to do next."""
    if of:
        return str(_ADVICE[of.why]) % _COMMANDS
    if context.site().config.backups:
        return _(
            "A restore of the newest copy is tried each week, and at once with %(drill)s.",
            drill=_COMMANDS["drill"],
        )
    if waits.backed_up:
        return _(
            "Try a restore with %(drill)s. With BACKUP_FOLDER set to that folder, a copy is made "
            "each day, and restored for a trial each week.",
            drill=f"{_COMMANDS['drill']} FOLDER",
        )
    return _(
        "Set BACKUP_FOLDER to a folder on another disk: then a copy is made each day, and restored "
        "for a trial each week. Is the backup made in another way? A setting turns the warning off."
    )


def unproven(waits: Waiting) -> Unproven | None:
    """None where all is well, or the site is too young to have a backup, or has nothing to lose,
    or somebody said that its backup is made and tried in another way.
    """
    if not context.site().settings.restore_warning:
        return None
    last = proven(waits)
    text = _unproven(last) if last else _never_proven(waits)
    return Unproven(text, url_for("backups.show", _anchor="proven")) if text else None


def _unproven(last: Proven) -> str:
    """ "" where it is proven well enough."""
    if last.is_stale:
        return ngettext(
            "Last proven restore of the backup: %(num)s day ago.",
            "Last proven restore of the backup: %(num)s days ago.",
            (utcnow() - last.at).days,
        )
    if last.is_old_copy:
        return ngettext(
            "The newest copy that is known to restore is %(num)s day old.",
            "The newest copy that is known to restore is %(num)s days old.",
            (utcnow() - last.copied_at).days,
        )
    return ""


def _never_proven(waits: Waiting) -> str:
    is_young = waits.since is None or utcnow() - waits.since <= STALE_AFTER
    if is_young or not waits.bytes:
        return ""
    if context.site().config.backups or waits.backed_up:
        return _("No restore of the backup was ever proven.")
    return _("This site has no backup: all files are lost with its disk.")
