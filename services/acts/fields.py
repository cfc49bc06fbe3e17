"""What of a file can be edited: each field as JSON has it, set, and put back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Album, Category, Tag, Upload, Visibility, utcnow
from models.limits import MAX_DESCRIPTION, MAX_TAGS, MAX_TITLE
from models.upload.end import unused_end
from services.acts.act import Why
from services.notices import tell_added
from services.review import is_reviewed
from services.site import Site


@dataclass(frozen=True)
class Field:
    """``read`` is what a file has, ``put`` sets it, and ``back`` puts back what it had ``before``
    as far as it still has what it had ``after``; a reason where it hasn't. Nobody else may write
    meanwhile; files are moved by the caller.
    """

    read: Callable[[Upload], Any]
    put: Callable[[Site, Upload, Any], None]
    back: Callable[[Site, Upload, Any, Any], Why | None]


def set_fields(
    site: Site, upload: Upload, wishes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What it had before in those that are another's now, and what it has in them."""
    before = {name: FIELDS[name].read(upload) for name in wishes}
    for name, value in wishes.items():
        FIELDS[name].put(site, upload, value)
    after = {name: FIELDS[name].read(upload) for name in wishes}
    changed = [name for name in wishes if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def put_back(
    site: Site,
    upload: Upload,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    newer: Collection[str] = (),
) -> Why | None:
    """All fields that still have what they had ``after``, but for those that were set anew since,
    ``newer``; why the first of the others has not.
    """
    told = [
        Why.CHANGED_SINCE
        if name in newer and name not in ADDED_TO
        else FIELDS[name].back(site, upload, before[name], after[name])
        for name in after
    ]
    return next(filter(None, told), None)


def _plain(read: Callable[[Upload], Any], put: Callable[[Site, Upload, Any], None]) -> Field:
    def back(site: Site, upload: Upload, before: Any, after: Any) -> Why | None:
        if read(upload) != after:
            return Why.CHANGED_SINCE
        put(site, upload, before)
        return None

    return Field(read, put, back)


def _text(name: str, most: int | None = None) -> Field:
    def put(site: Site, upload: Upload, value: str | None) -> None:
        setattr(upload, name, (value or "")[:most] or None)

    return _plain(lambda upload: getattr(upload, name), put)


def _put_nsfw(site: Site, upload: Upload, value: bool) -> None:
    upload.nsfw = value


def _put_category(site: Site, upload: Upload, value: int | None) -> None:
    """None, where somebody has deleted it meanwhile."""
    upload.category_id = Category.still(value)


def _read_taken(upload: Upload) -> str | None:
    return upload.taken_at.isoformat() if upload.taken_at else None


def _put_taken(site: Site, upload: Upload, value: str | None) -> None:
    upload.taken_at = datetime.fromisoformat(value) if value else None


def _read_end(upload: Upload) -> dict[str, Any]:
    ends = upload.expires_at.isoformat() if upload.expires_at else None
    return {"ends": ends, "unused_days": upload.unused_days}


def _put_end(site: Site, upload: Upload, value: Mapping[str, Any]) -> None:
    """What is kept while it is used gets all of its days."""
    ends, days = value["ends"], value["unused_days"]
    upload.unused_days = days
    if days is None:
        upload.expires_at = datetime.fromisoformat(ends) if ends else None
    else:
        upload.expires_at = unused_end(days, utcnow())


def _put_end_back(site: Site, upload: Upload, before: Any, after: Any) -> Why | None:
    """A view that has put the end off since is no change of it."""
    now, days = _read_end(upload), after["unused_days"]
    if now["unused_days"] != days or (days is None and now["ends"] != after["ends"]):
        return Why.CHANGED_SINCE
    ends = before["ends"] if before["unused_days"] is None else None
    if ends and datetime.fromisoformat(ends) <= utcnow():
        return Why.ENDED
    _put_end(site, upload, before)
    return None


def _put_visibility(site: Site, upload: Upload, value: str) -> None:
    """What waits goes on waiting, with another visibility to come. What was kept private isn't seen
    by anybody before it is approved, if its owner's uploads have to be by now; what a moderator has
    hidden, in any case.
    """
    if not upload.is_approved and not upload.waits and not upload.is_hidden:
        upload.is_approved = not is_reviewed(site.settings, upload.user)
    upload.show_as(Visibility(value))


def _put_tags(site: Site, upload: Upload, names: list[str]) -> None:
    upload.set_tags(Tag.named(names))


def _put_tags_back(site: Site, upload: Upload, before: list[str], after: list[str]) -> Why | None:
    """It loses what it got and gets what it lost, whatever else it got since."""
    got = {name.casefold() for name in after if name not in before}
    kept = [name for name in Tag.names_of(upload.id) if name.casefold() not in got]
    lost = [name for name in before if name not in after]
    upload.set_tags(Tag.named([*kept, *lost]))
    return None


def _put_tag_changes(site: Site, upload: Upload, changes: Mapping[str, list[str]]) -> None:
    """Some given, some taken, the others stay."""
    taken = {name.casefold() for name in changes["remove"]}
    kept = [name for name in Tag.names_of(upload.id) if name.casefold() not in taken]
    upload.set_tags(Tag.named([*kept, *changes["add"]][:MAX_TAGS]))


def _read_albums(upload: Upload) -> list[list[Any]]:
    return [list(place) for place in Album.places_of(upload.id)]


def _put_albums(site: Site, upload: Upload, row_ids: list[int]) -> None:
    """Into these albums alone; the others in them are told of it where it is new."""
    row = [upload.id]
    albums = Album.load(row_ids)
    new = [one for one in albums if not Album.ids_in_or_waiting(one.id, row)]
    Album.put(upload.id, [album.id for album in albums])
    for album in new:
        if upload.user:
            tell_added(album, upload.user, row)


def _put_albums_back(
    site: Site, upload: Upload, before: list[list[Any]], after: list[list[Any]]
) -> Why | None:
    """As tags; to its place there, and as the cover that it was."""
    old, new = [place[0] for place in before], [place[0] for place in after]
    for album_id in new:
        if album_id not in old:
            Album.remove(album_id, [upload.id])
    for album_id, position, is_cover in before:
        if album_id not in new:
            Album.put_back(album_id, upload.id, position)
            if is_cover:
                Album.cover_again(album_id, upload.id)
    now = {place[0] for place in Album.places_of(upload.id)}
    return None if now.issuperset(one for one in old if one not in new) else Why.NO_ALBUM


FIELDS: Mapping[str, Field] = {
    "title": _text("title", MAX_TITLE),
    "description": _text("description", MAX_DESCRIPTION),
    "alt_text": _text("alt_text"),
    "nsfw": _plain(lambda upload: upload.nsfw, _put_nsfw),
    "category_id": _plain(lambda upload: upload.category_id, _put_category),
    "taken_at": _plain(_read_taken, _put_taken),
    "expiration": Field(_read_end, _put_end, _put_end_back),
    "visibility": _plain(lambda upload: str(upload.chosen_visibility), _put_visibility),
    "tags": Field(lambda upload: Tag.names_of(upload.id), _put_tags, _put_tags_back),
    "tag_changes": Field(lambda upload: Tag.names_of(upload.id), _put_tag_changes, _put_tags_back),
    "albums": Field(_read_albums, _put_albums, _put_albums_back),
}
ADDED_TO = ("tags", "tag_changes", "albums")  # what comes and goes one by one
