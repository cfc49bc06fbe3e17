"""Change the details, the expiration of an upload, or who can see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from models import Category, Journal, Tag, Upload, Visibility, begin_write, db
from models.limits import MAX_DESCRIPTION, MAX_TITLE
from services.errors import Busy
from services.place import give_up, move, reserve_all
from services.site import Site


class Wishes(TypedDict, total=False):
    """What is to change. All else stays as it is when the change is made, which may be later than
    the visitor saw it.
    """

    title: str
    description: str
    alt_text: str
    tags: Sequence[str]
    category_id: int | None
    nsfw: bool
    expires_at: datetime | None
    taken_at: datetime | None
    visibility: Visibility


def change(site: Site, upload: Upload, wishes: Wishes) -> None:
    """Make it so, before this returns: the files move to the other root where other people may have
    them from now on, or no longer. What couldn't be cleaned stays private.

    Raises StorageMissing, StorageFull or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        raise Busy()  # it has been deleted: who asks again is told so
    try:
        _set(upload, wishes)
        move(site, upload, upload.belongs_in, files)
        if "category_id" in wishes:
            begin_write()  # it can't be deleted from here on
            upload.category_id = Category.still(wishes["category_id"])
        if "tags" in wishes:
            upload.set_tags(Tag.named(wishes["tags"]))
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise


def _set(upload: Upload, wishes: Wishes) -> None:
    if "title" in wishes:
        upload.title = wishes["title"][:MAX_TITLE] or None
    if "description" in wishes:
        upload.description = wishes["description"][:MAX_DESCRIPTION] or None
    if "alt_text" in wishes:
        upload.alt_text = wishes["alt_text"] or None
    upload.nsfw = wishes.get("nsfw", upload.nsfw)
    upload.expires_at = wishes.get("expires_at", upload.expires_at)
    upload.taken_at = wishes.get("taken_at", upload.taken_at)
    if not upload.leftovers:
        upload.visibility = wishes.get("visibility", Visibility(upload.visibility))


def new_delete_link(upload: Upload) -> str:
    """A new delete token; the old one no longer works."""
    token = upload.new_delete_token()
    db.session.commit()
    return token
