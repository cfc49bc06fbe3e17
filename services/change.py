"""An owner changes what is said of an upload, or how long it lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from media.storage import PRIVATE, PUBLIC
from models import Journal, Tag, Upload, db
from services.errors import Busy
from services.place import give_up, reserve
from services.publish import MAX_DESCRIPTION, MAX_TITLE
from services.site import Site


@dataclass(frozen=True)
class Wishes:
    """All that can be changed, as it shall be."""

    title: str
    description: str
    alt_text: str
    tags: Sequence[str]
    nsfw: bool
    expires_at: datetime | None


def change(site: Site, upload: Upload, wishes: Wishes) -> None:
    """Make it so. The files move to the other root where the upload starts or stops to expire: what will expire is private.

    Raises StorageMissing, StorageFull or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = upload.files
    if not reserve(site, files, upload):
        raise Busy()
    try:
        db.session.refresh(upload)  # as it is now that nobody else may change it
        after = PRIVATE if wishes.expires_at or upload.is_private else PUBLIC
        if upload.root != after:
            site.storage.check_writable()
            site.storage.move(files, upload.root, after)
        Journal.strike(files)
        _write(upload, wishes, after)
    except BaseException:
        give_up(site, files)
        raise


def _write(upload: Upload, wishes: Wishes, root: str) -> None:
    upload.title = wishes.title[:MAX_TITLE] or None
    upload.description = wishes.description[:MAX_DESCRIPTION] or None
    upload.alt_text, upload.nsfw = wishes.alt_text or None, wishes.nsfw
    upload.expires_at, upload.root = wishes.expires_at, root
    upload.tags = Tag.named(wishes.tags)
    db.session.commit()


def new_delete_link(upload: Upload) -> str:
    """A fresh token; the one before opens nothing any more."""
    token = upload.new_delete_token()
    db.session.commit()
    return token
