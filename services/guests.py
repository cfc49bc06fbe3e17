"""What people without an account sent: when it ends, who takes it over."""

from __future__ import annotations

from datetime import datetime, timedelta

from models import Upload, User, begin_write, db
from services.errors import QuotaReached
from services.quota import rooms
from services.settings import Settings


def guest_end(settings: Settings, asked: datetime | None, received_at: datetime) -> datetime | None:
    """When a guest's upload expires: as asked for, but no later than the site says."""
    if not settings.guest_expires_days:
        return asked
    latest = received_at + timedelta(days=settings.guest_expires_days)
    return min(asked, latest) if asked else latest


def changed_guest_end(
    settings: Settings, asked: datetime | None, upload: Upload
) -> datetime | None:
    """The same of an edit. The site may say less by now than when the file came, which then ends no
    earlier than it did, unless that is asked for.
    """
    before = upload.expires_at
    if not before:
        return asked
    latest = guest_end(settings, None, upload.received_at)
    latest = latest and max(latest, before)
    return min(asked, latest) if asked and latest else asked or latest


def take_over(settings: Settings, user: User, browser: str) -> int:
    """Give a member what this browser sent as a guest; how many files. They expire as before.

    Raises QuotaReached where they don't fit; then nothing has changed.
    """
    begin_write()
    count = Upload.give_to(user, browser)
    own = rooms(settings, user).own
    if count and not own.takes(0):
        db.session.rollback()
        raise QuotaReached(own.quota, is_guest=False)
    db.session.commit()
    return count
