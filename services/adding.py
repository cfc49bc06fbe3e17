"""Files that people without an account send by a share link: they are the owner's of the link, on
their quota, and go where the link says, at once or once the owner has approved them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from media.intake.spool import Spool
from models import Contribution, ShareKind, ShareLink, Upload, Visibility, db
from models.sent_files import SentFile
from services.errors import LinkEnded, LinkFull
from services.intake import Sender, UploadRequest
from services.notices import tell_sent, untell_sent
from services.remove import remove
from services.senders import count_sent
from services.sent_key import KeyClaim
from services.settings import Settings
from services.site import Site


def upload_request(
    settings: Settings, sender: Sender, source: Spool, claim: KeyClaim | None = None
) -> UploadRequest:
    """Of one received file. Nothing else is the sender's to say."""
    request = UploadRequest(
        source=source,
        user=sender.link.user,
        sender=sender,
        neutral_name=settings.hides_names,
        claim=claim,
    )
    return replace(request, **_destination(sender.link))


def _destination(link: ShareLink) -> dict[str, Any]:
    """Into an album as what its owner sends there. All else is private, and opens by the link
    alone: nobody else decides what its owner shows to all.
    """
    if link.kind == ShareKind.ALBUM and link.album and not link.needs_approval:
        return {"album_id": link.album.public_id, "visibility": None}
    return {"album_id": None, "visibility": Visibility.PRIVATE}


def check_link(link: ShareLink, size: int = 0) -> None:
    """Whether a file of at least so many bytes may be sent by it. Raises LinkEnded or LinkFull."""
    if not (link.still_works() and link.may_add):
        raise LinkEnded()
    if not link.has_room_for(1, size):
        raise LinkFull(link.max_files, link.max_mb)


def by_link_now(request: UploadRequest, sender: Sender) -> UploadRequest:
    """As the link is now: it may have been changed while the body came. Call it as the one writer.
    Raises LinkEnded or LinkFull.
    """
    check_link(sender.link, request.source.size)
    return replace(request, **_destination(sender.link))


def contribute(settings: Settings, sender: Sender, upload: Upload, size: int) -> None:
    """Who sent an upload of so many bytes, in the transaction that stores it: behind `by_link_now`.
    One that its owner needn't approve is under the link from now on.
    """
    link = sender.link
    waits = link.needs_approval
    db.session.add(
        Contribution(
            upload_id=upload.id,
            link_id=link.id,
            name=sender.name,
            browser=sender.browser,
            size=size,
            is_waiting=waits,
        )
    )
    count_sent(sender)
    if not waits:
        put_under(link, upload)
    tell_sent(link, sender.name, [upload.id], waits=waits)


def put_under(link: ShareLink, upload: Upload) -> None:
    """Not of an album, into which it was sent. What waits for a moderator, too, is shown once it is
    approved.
    """
    db.session.flush()
    if link.kind == ShareKind.FILES:
        link.append(upload.id)
    elif link.kind == ShareKind.TAG and link.tag:
        link.tag.give_to(upload.id)
        if not upload.is_approved and not upload.leftovers:
            upload.waits_as = upload.waits_as or Visibility.PRIVATE
            db.session.flush()
    db.session.refresh(upload, ["waits_as"])


def take_back(site: Site, sent: SentFile, browser: str) -> bool:
    """Delete what this browser sent, waiting or not, for good; False where it is gone already, or
    isn't its owner's any more. Raises StorageMissing or Busy.
    """

    def still() -> bool:
        how, upload = sent
        is_senders = how.refresh() and how.browser == browser
        return is_senders and how.link is not None and upload.user_id == how.link.user_id

    link, name, at = sent.how.link, sent.how.name, sent.how.at

    def also() -> None:
        if link:
            untell_sent(link, name, at)

    return remove(site, sent.upload, still=still, also=also)
