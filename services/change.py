"""Change the details, the expiration of an upload, or who can see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypedDict

from models import Album, Change, Journal, Upload, Visibility, begin_write, db
from services.acts.fields import set_fields
from services.audit import Act, record_file
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
    unused_days: int | None  # with `expires_at`, which a view puts off; left out: none does
    taken_at: datetime | None
    visibility: Visibility
    albums: Sequence[Album]  # that its owner may add to: it is in these, and in no others


def change(
    site: Site,
    upload: Upload,
    wishes: Wishes,
    moderator: str = "",
    condition: Callable[[], None] | None = None,
) -> Change | None:
    """Make it so, before this returns: the files move to the other root where other people may have
    them from now on, or no longer. What couldn't be cleaned stays private. ``moderator``: who
    changes what is another's, for the audit log. ``condition`` is asked when nobody else can change
    anything any more, and raises what keeps this from going on.

    Returns what its owner can undo: None where nothing has changed, or it isn't theirs who changed
    it. Raises StorageMissing, StorageFull or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        raise Busy()  # it has been deleted: who asks again is told so
    try:
        begin_write()
        if not upload.refresh() or upload.is_binned or upload.is_version:
            raise Busy()
        if condition:
            condition()
        before, after = set_fields(site, upload, as_json(wishes))
        move(site, upload, upload.belongs_in, files)
        done = None
        if moderator:
            _write_down(upload, moderator, before, after)
        elif upload.user_id and after:
            done = Change.create_done(upload.user_id, "edit", upload.id, before, after)
        if not upload.is_approved:
            db.session.flush()
            db.session.refresh(upload, ["waits_as"])  # its albums may be what it waits for
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise
    return done


def as_json(wishes: Wishes) -> dict[str, Any]:
    """As `services.acts.fields` has it."""
    fields: dict[str, Any] = {name: wishes[name] for name in _AS_THEY_ARE if name in wishes}  # type: ignore[literal-required]
    if "expires_at" in wishes:
        ends = wishes["expires_at"]
        iso, days = ends.isoformat() if ends else None, wishes.get("unused_days")
        fields["expiration"] = {"ends": iso, "unused_days": days}
    if "taken_at" in wishes:
        at = wishes["taken_at"]
        fields["taken_at"] = at.isoformat() if at else None
    if "visibility" in wishes:
        fields["visibility"] = str(wishes["visibility"])
    if "tags" in wishes:
        fields["tags"] = list(wishes["tags"])
    if "albums" in wishes:
        fields["albums"] = [album.id for album in wishes["albums"]]
    return fields


_AS_THEY_ARE = ("title", "description", "alt_text", "nsfw", "category_id")


def _write_down(
    upload: Upload, moderator: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Which fields, and of visibility the values: others' texts are none of the log's business."""
    if after:
        seen = "visibility" in after
        more = {"was": before["visibility"], "now": after["visibility"]} if seen else {}
        names = sorted("expires_at" if name == "expiration" else name for name in after)
        record_file(Act.EDIT_UPLOAD, moderator, upload, fields=names, **more)


def new_delete_link(upload: Upload, moderator: str = "") -> str:
    """A new delete token; the old one no longer works. ``moderator`` as of `change`."""
    token = upload.new_delete_token()
    if moderator:
        record_file(Act.DELETE_LINK, moderator, upload)
    db.session.commit()
    return token


def new_delete_links(uploads: Sequence[Upload]) -> list[str]:
    """The same for many of one's own: the tokens, in this order."""
    tokens = [upload.new_delete_token() for upload in uploads]
    db.session.commit()
    return tokens
