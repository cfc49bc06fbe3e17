"""The bin in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from models import Change, ChangeState, Upload

CHOOSE = _l("Select the files first.")
BEING_DELETED = _l("The files are being deleted. This takes a while.")
BEING_RESTORED = _l("The files are being restored. This takes a while.")
NOTHING_THERE = _l("This file is no longer in the bin.")
RESTORED_INSTEAD = _l("File restored. The one that you just uploaded is in the bin now.")


def moved(name: str) -> str:
    return _("“%(name)s” moved to the bin.", name=name)


def restored(change: Change) -> str:
    """What came of it. Some may have expired while they were in the bin."""
    if change.state == ChangeState.WORKING:
        return str(BEING_RESTORED)
    if change.failed:
        return ngettext(
            "%(num)s file restored. The others expired, or are being deleted.",
            "%(num)s files restored. The others expired, or are being deleted.",
            change.done,
        )
    return ngettext("%(num)s file restored.", "%(num)s files restored.", change.done)


def deleted(count: int) -> str:
    return ngettext("%(num)s file deleted for good.", "%(num)s files deleted for good.", count)


def ends(upload: Upload, days: int, now: datetime) -> str:
    """When it goes for good, in whole days from now."""
    left = upload.stays_until(days) - now
    number = max(0, -(-left // timedelta(days=1)))
    if number < 1:
        return str(_l("Deleted for good today"))
    return ngettext("Deleted for good in %(num)s day", "Deleted for good in %(num)s days", number)
