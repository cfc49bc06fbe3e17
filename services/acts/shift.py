"""The date taken, shifted: ``{"seconds": number}``, or ``{"from_zone", "to_zone", "zone"}``: the
clock of the camera showed the time of one zone, and should have shown that of another; in
``zone`` its time was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import Change, Upload, utcnow
from models.limits import FIRST_PHOTO
from services.acts import edit
from services.acts.act import Act, Done, Failed, Outcomes, Why
from services.acts.fields import set_fields
from services.site import Site


def _apply(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    return {upload.id: _shift(site, change.wishes, upload) for upload in uploads}


def _shift(site: Site, wishes: Mapping[str, Any], upload: Upload) -> Done | Failed:
    if upload.taken_at is None:
        return Failed(Why.NO_DATE)
    try:
        at = shifted(upload.taken_at, wishes)
    except OverflowError:
        return Failed(Why.BAD_DATE)
    if at.date().isoformat() < FIRST_PHOTO or at > utcnow() + timedelta(days=1):
        return Failed(Why.BAD_DATE)
    return Done(*set_fields(site, upload, {"taken_at": at.isoformat()}))


def shifted(at: datetime, wishes: Mapping[str, Any]) -> datetime:
    """Raises OverflowError for what is beyond the calendar."""
    if "seconds" in wishes:
        return at + timedelta(seconds=wishes["seconds"])
    read, was, is_ = (ZoneInfo(wishes[name]) for name in ("zone", "from_zone", "to_zone"))
    clock = at.astimezone(read).replace(tzinfo=was)
    return clock.astimezone(is_).replace(tzinfo=read).astimezone(UTC)


SHIFT = Act(_apply, edit.EDIT.revert)
