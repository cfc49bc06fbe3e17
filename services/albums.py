"""Albums: made, changed, opened with a password, deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypedDict

from models import (
    Album,
    AlbumVisibility,
    Attempt,
    Change,
    Contribution,
    Upload,
    User,
    begin_write,
    db,
    utcnow,
)
from models.album_tree import BadParent, Tree
from services.audit import Act, record
from services.defaults import default_visibility
from services.notices import tell_added
from services.settings import Settings


class AlbumWishes(TypedDict, total=False):
    """What an album shall be; all else stays as it is. "" keeps the password."""

    name: str
    description: str
    visibility: AlbumVisibility
    password: str
    sort: str
    parent_id: int | None  # row id of another one of the same user
    cover_id: int | None  # row id of an upload in it; None: the first


def create_album(
    settings: Settings, user: User, name: str, wishes: AlbumWishes | None = None, by: str = ""
) -> Album:
    """``by`` is who does it for the user, for the audit log. Raises BadParent, or ValueError with a
    sentence for the person.
    """
    begin_write()
    album = Album.create(user, name, default_visibility(settings, user))
    _set(album, wishes or {})
    if by:
        db.session.flush()  # which gives it its id
        record(Act.CREATE_ALBUM, by, album.public_id, owner=user.name)
    db.session.commit()
    return album


def change_album(
    album: Album, wishes: AlbumWishes, condition: Callable[[], None] | None = None
) -> bool:
    """False where it has just been deleted. The files stay where they are: what an album opens is
    asked at every request. ``condition`` is asked when nobody else can change it any more. Raises
    BadParent, or what that raises, with nothing changed.
    """
    begin_write()  # two albums must not be put into each other at once
    if not album.refresh():
        db.session.rollback()
        return False
    if condition:
        condition()
    _set(album, wishes)
    album.changed_at = utcnow()
    db.session.commit()
    return True


def _set(album: Album, wishes: AlbumWishes) -> None:
    if wishes.get("parent_id", album.parent_id) != album.parent_id:
        _move(album, wishes["parent_id"])
    album.name = wishes.get("name", album.name)
    album.description = wishes.get("description", album.description) or None
    album.sort = wishes.get("sort", album.sort)
    album.cover_id = wishes.get("cover_id", album.cover_id)
    album.visibility = wishes.get("visibility", AlbumVisibility(album.visibility))
    if password := wishes.get("password"):
        album.set_password(password)
    if album.visibility != AlbumVisibility.PASSWORD:
        album.password_hash = album.password_key = None


def _move(album: Album, parent_id: int | None) -> None:
    if parent_id is not None:
        db.session.flush()
        try:
            Tree(album.user, album, parent_id).check(parent_id)
        except BadParent:
            db.session.rollback()
            raise
    album.parent_id = parent_id


def put_into_albums(
    settings: Settings,
    user: User,
    upload: Upload,
    *,
    chosen: Collection[str],
    of: Collection[str],
    new: str = "",
) -> Change | None:
    """Put the user's upload into the albums with the ``chosen`` ids, as far as they may add to
    those, and take it out of the others among ``of``; into one of the name ``new``, too. The
    upload's own visibility stays. Returns what can be undone; None where nothing has changed.
    """
    begin_write()
    before = [list(place) for place in Album.places_of(upload.id)]
    ids = _that_may(user, [upload.id])
    for album in Album.those_to_add(user, of, upload.id):
        if album.public_id in chosen:
            _append(user, album, ids)
        else:
            Album.remove(album.id, [upload.id])
    if new:
        album = Album.create(user, new, default_visibility(settings, user))
        db.session.flush()
        Album.append(album.id, ids)
    after = [list(place) for place in Album.places_of(upload.id)]
    told = {"albums": before}, {"albums": after}
    is_same = before == after
    done = None if is_same else Change.create_done(user.id, "edit", upload.id, *told)
    db.session.commit()
    return done


def add_to_album(user: User, album: Album, public_ids: Sequence[str]) -> None:
    """Put those of these uploads that are the user's behind all others, in their order, while they
    may add to it; not those that wait for the user as the owner of a share link.
    """
    begin_write()
    _append(user, album, _that_may(user, Upload.row_ids_of(user, public_ids)))
    db.session.commit()


def _that_may(user: User, upload_ids: Sequence[int]) -> list[int]:
    """What waits for the user as the owner of a share link is in no album."""
    kept_back = Contribution.kept_back(user, upload_ids)
    return [one for one in upload_ids if one not in kept_back]


def _append(user: User, album: Album, upload_ids: Sequence[int]) -> None:
    """The others in it are told of what is new."""
    was_in = Album.ids_in_or_waiting(album.id, upload_ids)
    Album.append(album.id, upload_ids)
    tell_added(album, user, [one for one in upload_ids if one not in was_in])


def open_album(album: Album, password: str, tries: Sequence[Attempt]) -> str | None:
    """The key that opens the album until it gets another password; None for a wrong one. A right
    one doesn't count as a try.
    """
    if not album.is_opened_by(password):
        return None
    for one in tries:
        one.give_back()
    db.session.commit()
    return album.password_key
