"""Change the details, the expiration of an upload, or who can see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypedDict

from models import Album, Category, Journal, Tag, Upload, Visibility, begin_write, db
from models.limits import MAX_DESCRIPTION, MAX_TITLE
from services.audit import Act, record_file
from services.errors import Busy
from services.notices import tell_added
from services.place import give_up, move, reserve_all
from services.review import is_reviewed
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
) -> None:
    """Make it so, before this returns: the files move to the other root where other people may have
    them from now on, or no longer. What couldn't be cleaned stays private. ``moderator``: who
    changes what is another's, for the audit log. ``condition`` is asked when nobody else can change
    anything any more, and raises what keeps this from going on.

    Raises StorageMissing, StorageFull or Busy, with nothing changed.
    """
    site.storage.check(site.id)
    files = reserve_all(site, upload)
    if not files:
        raise Busy()  # it has been deleted: who asks again is told so
    before = _as_it_is(upload, wishes) if moderator else {}
    try:
        if condition:
            begin_write()
            condition()
        _set(upload, wishes)
        if "visibility" in wishes:
            _show(site, upload, wishes["visibility"])
        move(site, upload, upload.belongs_in, files)
        if "category_id" in wishes:
            begin_write()  # it can't be deleted from here on
            upload.category_id = Category.still(wishes["category_id"])
        if "tags" in wishes:
            upload.set_tags(Tag.named(wishes["tags"]))
        if "albums" in wishes:
            _put(upload, wishes["albums"])
        if moderator:
            _write_down(upload, moderator, before, _as_it_is(upload, wishes))
        if not upload.is_approved:
            db.session.flush()
            db.session.refresh(upload, ["waits_as"])  # its albums may be what it waits for
        Journal.strike(files)
        db.session.commit()
    except BaseException:
        give_up(site, files)
        raise


def _put(upload: Upload, albums: Sequence[Album]) -> None:
    """Into these albums alone; the others in them are told of it where it is new."""
    begin_write()
    row = [upload.id]
    new = [one for one in albums if not Album.ids_in_or_waiting(one.id, row)]
    Album.put(upload.id, [album.id for album in albums])
    for album in new:
        if upload.user:
            tell_added(album, upload.user, row)


def _set(upload: Upload, wishes: Wishes) -> None:
    if "title" in wishes:
        upload.title = wishes["title"][:MAX_TITLE] or None
    if "description" in wishes:
        upload.description = wishes["description"][:MAX_DESCRIPTION] or None
    if "alt_text" in wishes:
        upload.alt_text = wishes["alt_text"] or None
    upload.nsfw = wishes.get("nsfw", upload.nsfw)
    if "expires_at" in wishes:
        upload.expires_at, upload.unused_days = wishes["expires_at"], wishes.get("unused_days")
    upload.taken_at = wishes.get("taken_at", upload.taken_at)


def _show(site: Site, upload: Upload, visibility: Visibility) -> None:
    """What waits goes on waiting, with another visibility to come. What was kept private isn't seen
    by anybody before it is approved, if its owner's uploads have to be by now; what a moderator has
    hidden, in any case.
    """
    if not upload.is_approved and not upload.waits and not upload.is_hidden:
        upload.is_approved = not is_reviewed(site.settings, upload.user)
    upload.show_as(visibility)


def _as_it_is(upload: Upload, wishes: Wishes) -> dict[str, Any]:
    """What the wishes are about."""
    tags = {"tags": sorted(tag.key for tag in upload.tags)} if "tags" in wishes else {}
    seen = {"visibility": upload.chosen_visibility} if "visibility" in wishes else {}
    others = (name for name in wishes if name not in ("tags", "visibility", "unused_days"))
    return {name: getattr(upload, name) for name in others} | tags | seen


def _write_down(
    upload: Upload, moderator: str, before: dict[str, Any], now: dict[str, Any]
) -> None:
    """Which fields, and of visibility the values: others' texts are none of the log's business."""
    changed = sorted(name for name in now if now[name] != before[name])
    if changed:
        seen = "visibility" in changed
        more = {"was": before["visibility"], "now": now["visibility"]} if seen else {}
        record_file(Act.EDIT_UPLOAD, moderator, upload, fields=changed, **more)


def new_delete_link(upload: Upload, moderator: str = "") -> str:
    """A new delete token; the old one no longer works. ``moderator`` as of `change`."""
    token = upload.new_delete_token()
    if moderator:
        record_file(Act.DELETE_LINK, moderator, upload)
    db.session.commit()
    return token
