"""What the owner of a share link does with files that wait for them: approves them, or refuses them
and so deletes them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from media.errors import UploadError
from models import (
    Album,
    Contribution,
    DatabaseFault,
    Journal,
    ShareLink,
    Tag,
    Upload,
    Visibility,
    db,
)
from models.sent_files import SentFile
from services.adding import put_under
from services.camera_tag import with_camera
from services.notices import tell_shown
from services.place import give_up, move, reserve_all
from services.remove import remove
from services.review import SECONDS, Decision, Outcome, is_reviewed
from services.settings import Settings
from services.site import Site

log = logging.getLogger("keepsake")


def approve(site: Site, sent: SentFile) -> bool:
    """Put it where it was sent to, before this returns; False where it no longer waits. Raises
    StorageMissing, StorageFull or Busy, with nothing changed.
    """
    how, upload = sent
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        return False
    try:
        link = how.link if how.is_there_and_waits() and not upload.is_binned else None
        if link:
            _show(site.settings, link, how, upload)
            move(site, upload, upload.belongs_in, files)
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    return link is not None


def _show(settings: Settings, link: ShareLink, how: Contribution, upload: Upload) -> None:
    """As what the owner of the link sends there themselves. A moderator who has hidden it decides
    on that, whoever looked at it.
    """
    how.is_waiting = False
    if not upload.is_hidden:
        upload.is_approved = upload.is_approved or not is_reviewed(settings, link.user)
    if link.album:
        if upload.chosen_visibility == Visibility.PRIVATE:
            upload.show_as(link.album.of_new_uploads)
        db.session.flush()
        Album.append(link.album.id, [upload.id])
    put_under(link, upload)
    for tag in Tag.named(with_camera(settings, [], upload.camera or "")):
        tag.give_to(upload.id)
    tell_shown(link, [upload.id])


def refuse(site: Site, sent: SentFile) -> bool:
    """Delete it for good; False where it no longer waits. Raises StorageMissing or Busy, with
    nothing changed.
    """
    return remove(site, sent.upload, still=sent.how.is_there_and_waits)


def decide(site: Site, files: Sequence[SentFile], *, is_approved: bool) -> list[Decision]:
    """Approve or refuse each, in transactions of its own: one that fails keeps no other one."""
    act = approve if is_approved else refuse
    until = time.monotonic() + SECONDS
    return [_decided(site, one, act, is_approved, until) for one in files]


def _decided(
    site: Site,
    sent: SentFile,
    act: Callable[[Site, SentFile], bool],
    is_approved: bool,
    until: float,
) -> Decision:
    name = sent.upload.original_filename
    if time.monotonic() > until:
        return Decision(name, Outcome.FAILED)
    try:
        is_done = act(site, sent)
    except (UploadError, DatabaseFault, OSError):
        db.session.rollback()
        log.exception("The file %s waits as before", name)
        return Decision(name, Outcome.FAILED)
    done = Outcome.APPROVED if is_approved else Outcome.REFUSED
    return Decision(name, done if is_done else Outcome.NO_LONGER)
