"""Whether a sender may upload: flood limits, and duplicates if the site forbids them."""

from __future__ import annotations

from datetime import timedelta

from models import ApiKey, Upload, User, Visitor, utcnow
from models.sent_files import has_sent_bytes
from services.errors import AccountEnded, Duplicate, Flooding, KeyEnded
from services.intake import UploadRequest
from services.senders import PERIODS, check_flood
from services.settings import Settings

DUPLICATE_WINDOW = timedelta(hours=24)


def may_upload(settings: Settings, visitor: Visitor) -> bool:
    """Whether this visitor may upload at all; `check_sender` limits how much."""
    return may_anybody_upload(settings) and may_ask(settings, visitor)


def may_anybody_upload(settings: Settings) -> bool:
    return settings.allow_uploads


def may_ask(settings: Settings, visitor: Visitor) -> bool:
    """Whether this visitor could upload if uploads are on."""
    return visitor.is_member or (settings.guest_uploads and not settings.private_site)


def max_bytes(settings: Settings, user: User | None, key: ApiKey | None = None) -> int:
    """Of a file that is sent by ``user`` (None: a guest), with this key."""
    most = settings.max_upload_bytes if user else settings.max_guest_bytes
    return min(most, key.max_bytes or most) if key else most


def check_still_admitted(request: UploadRequest) -> None:
    """A body may take minutes to come: nobody is let in who was let in at its beginning. Brings
    ``request.user`` up to date. Call it as the one writer. Raises KeyEnded or AccountEnded.
    """
    if request.key_id and ApiKey.still_works(request.key_id):
        return
    if request.user and not (request.user.refresh() and request.user.is_active):
        raise AccountEnded()
    if request.key_id:
        raise KeyEnded()


def check_sender(settings: Settings, request: UploadRequest) -> None:
    """Raises Flooding or Duplicate."""
    if request.sender:
        check_flood(settings, request.sender)
    else:
        refuse_flood(settings, request)
    if not settings.allow_duplicates and _sent_before(request):
        raise Duplicate()


def _sent_before(request: UploadRequest) -> bool:
    md5, sender = request.source.md5, request.sender
    if sender:
        return has_sent_bytes(sender.link, sender.browser, md5, DUPLICATE_WINDOW)
    return Upload.sent_before(request.user, request.guest, md5, DUPLICATE_WINDOW)


def refuse_flood(settings: Settings, request: UploadRequest) -> None:
    """Raises Flooding. Not of what is sent by a share link."""
    limits = (settings.flood_per_minute, settings.flood_per_hour, settings.flood_per_day)
    for limit, (name, period) in zip(limits, PERIODS, strict=True):
        if not limit:
            continue
        received = Upload.received_from(request.user, request.guest, period)
        if len(received) >= limit:
            wait = received[-limit] + period - utcnow()
            raise Flooding(limit, name, max(1, round(wait.total_seconds())))
