"""Approval of uploads: whose wait for it, and what moderators do with what waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from media.errors import UploadError
from models import Album, DatabaseFault, Journal, Refusal, Upload, User, Visitor, db
from models.role import Role
from services.audit import Act, record_file
from services.notices import tell_approved
from services.place import give_up, move, reserve_all
from services.remove import remove
from services.settings import Settings
from services.site import Site

log = logging.getLogger("keepsake")

SECONDS = 10  # of one request; what is left then is said to be left
GUESTS, MEMBERS = "guests", "members"  # as the setting REVIEW has them


class Outcome(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    NO_LONGER = "no longer"  # waits: somebody else was faster, or it is gone
    FAILED = "failed"  # and waits as before


class Decision(NamedTuple):
    """``name`` is what the upload is called."""

    name: str
    outcome: Outcome


def is_reviewed(settings: Settings, user: User | None) -> bool:
    """Whether what this person, or a guest, shows to others waits for approval first. Moderators
    approve, so theirs don't.
    """
    if user is None:
        return GUESTS in settings.review
    return MEMBERS in settings.review and user.role == Role.USER


def approve(site: Site, upload: Upload, by: User, shown: str = "") -> bool:
    """Let others see it, as its owner chose, before this returns; False where it no longer waits,
    or has another file than the one with this checksum, which they were shown. Raises
    StorageMissing, StorageFull or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        return False
    try:
        is_done = upload.waits and not upload.is_binned and _is_as(shown, upload)
        if is_done:
            was_shown, albums = upload.is_hidden, Album.wished_for(upload.id)
            upload.approve()
            db.session.flush()  # triggers put it into its albums
            if not was_shown:
                tell_approved(upload, albums)
            move(site, upload, upload.belongs_in, files)
            record_file(Act.APPROVE_UPLOAD, by.name, upload)
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    return is_done


def _is_as(shown: str, upload: Upload) -> bool:
    """Its owner may have replaced the file since a moderator looked at it."""
    return shown in ("", upload.checksum)


def refuse(site: Site, upload: Upload, by: User, shown: str = "") -> bool:
    """Delete it for good, and tell its owner; False as of `approve`. Raises StorageMissing or Busy,
    with nothing changed.
    """

    def write_down() -> None:
        Refusal.add(upload)
        record_file(Act.REFUSE_UPLOAD, by.name, upload)

    return remove(
        site, upload, still=lambda: upload.waits and _is_as(shown, upload), also=write_down
    )


def decide(
    site: Site,
    uploads: Sequence[Upload],
    by: User,
    *,
    is_approved: bool,
    shown: Mapping[str, str] | None = None,
) -> list[Decision]:
    """Approve or refuse each, in transactions of its own: one that fails keeps no other one.
    ``shown`` are the checksums of the files that they were shown, by public id.
    """
    until, decisions = time.monotonic() + SECONDS, []
    for upload in uploads:
        name = upload.title or upload.filename
        is_late = time.monotonic() > until
        file = (shown or {}).get(upload.public_id, "")
        outcome = Outcome.FAILED if is_late else _decided(site, upload, by, is_approved, file)
        decisions.append(Decision(name, outcome))
    return decisions


def _decided(site: Site, upload: Upload, by: User, is_approved: bool, shown: str) -> Outcome:
    try:
        is_done = (approve if is_approved else refuse)(site, upload, by, shown)
    except (UploadError, DatabaseFault, OSError):
        db.session.rollback()
        log.exception("The upload %s waits as before", upload.public_id)
        return Outcome.FAILED
    if not is_done:
        return Outcome.NO_LONGER
    return Outcome.APPROVED if is_approved else Outcome.REFUSED


def forget_refusals(visitor: Visitor, last: int) -> None:
    """Those that this visitor has read: up to a row id."""
    Refusal.forget(visitor, last)
    db.session.commit()
