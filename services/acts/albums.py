"""Into an album, out of one, from one into another: ``{"album": row id, "from": row id or None}``,
or ``{"new_album": name}`` of one that is made with it.

Whoever adds may add to it; what somebody puts there stays theirs, and its visibility as it is. Out
of an album everybody takes their own, and its owner whatever there is.
"""

from __future__ import annotations

from collections.abc import Sequence

from models import Album, Change, ChangeItem, Contribution, Upload, User, db, utcnow
from models.album_uploads import Place
from services.acts.act import Act, Done, Failed, Outcomes, State, Why, is_alive
from services.defaults import default_visibility
from services.notices import tell_added
from services.site import Site

Pairs = Sequence[tuple[Upload, ChangeItem]]


def _add(site: Site, change: Change, uploads: Sequence[Upload]) -> dict[int, Done | Failed]:
    """Behind all others, in the order in which they were chosen; the others are told once."""
    user, rows = User.by_row(change.user_id), [upload.id for upload in uploads]
    album = _album_of(site, change, user) if user else None
    if user is None or album is None:
        return {row: Failed(Why.NO_ALBUM) for row in rows}
    kept_back = Contribution.kept_back(user, rows)
    was_in = Album.ids_in_or_waiting(album.id, rows)
    Album.append(album.id, [row for row in rows if row not in was_in | kept_back])
    is_in = Album.ids_in_or_waiting(album.id, rows)
    new = [row for row in rows if row in is_in and row not in was_in]
    tell_added(album, user, new)
    outcomes: dict[int, Done | Failed] = {
        row: Failed(Why.NOT_APPROVED if row in kept_back else Why.NOT_CLEANED) for row in rows
    }
    outcomes |= {row: Done() for row in is_in}
    return outcomes | {row: Done(after={"added": True}) for row in new}


def _album_of(site: Site, change: Change, user: User) -> Album | None:
    """With the first files, a new one is made; the change knows it from then on."""
    if name := change.wishes.get("new_album"):
        album = Album.create(user, name, default_visibility(site.settings, user))
        db.session.flush()
        rest = {key: value for key, value in change.wishes.items() if key != "new_album"}
        change.wishes = {**rest, "album": album.id, "is_made": True}
    return Album.find_row_to_add(change.user_id, change.wishes["album"])


def _take_back(site: Site, change: Change, pairs: Pairs) -> dict[int, Done | Failed]:
    """Out again, what this change put there."""
    new = [upload.id for upload, item in pairs if (item.after or {}).get("added")]
    Album.remove(change.wishes["album"], new)
    if change.wishes.get("is_made"):
        Album.delete_if_empty(change.wishes["album"])
    return {upload.id: Done() for upload, _ in pairs}


def _remove(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    album_id = change.wishes["album"]
    album = next(iter(Album.load([album_id])), None)
    may_all = album is not None and album.user_id == change.user_id
    theirs = [one.id for one in uploads if may_all or one.user_id == change.user_id]
    others: dict[int, Done | Failed] = {
        one.id: Failed(Why.GONE) for one in uploads if one.id not in theirs
    }
    levels = {one.id: one.chosen_visibility for one in uploads}
    done = {
        row: Done(before=state and state | {"visibility": levels[row]})
        for row, state in _taken(album_id, theirs).items()
    }
    return others | done


def _taken(album_id: int, rows: Sequence[int]) -> dict[int, State | None]:
    """Where each was, which is what it needs to come back; None for what was not there."""
    places = Album.places_in(album_id, rows)
    if places:
        Album.remove(album_id, rows)
        Album.touch(album_id, utcnow())
    return {row: _state(places[row]) if row in places else None for row in rows}


def _state(place: Place) -> State:
    return {"position": place.position, "cover": place.is_cover}


def _return(site: Site, change: Change, pairs: Pairs) -> Outcomes:
    """What is another's only while it is as visible as it was: its owner may have closed it."""
    closed = {
        upload.id
        for upload, item in pairs
        if upload.user_id != change.user_id
        and item.before
        and item.before["visibility"] != upload.chosen_visibility
    }
    back = _returned(change.wishes["album"], [pair for pair in pairs if pair[0].id not in closed])
    return back | {row: Failed(Why.CHANGED_SINCE) for row in closed}


def _returned(album_id: int, pairs: Pairs) -> dict[int, Done | Failed]:
    """To its place, where the album goes on and takes it."""
    lost = {upload.id: item.before for upload, item in pairs if item.before}
    for row, was in lost.items():
        Album.put_back(album_id, row, was["position"])
        if was["cover"]:
            Album.cover_again(album_id, row)
    is_in = Album.ids_in_or_waiting(album_id, list(lost))
    return {
        upload.id: Failed(Why.NO_ALBUM) if upload.id in lost.keys() - is_in else Done()
        for upload, _ in pairs
    }


def _move(site: Site, change: Change, uploads: Sequence[Upload]) -> Outcomes:
    """Out of the first album goes only what the other one took."""
    outcomes, old = _add(site, change, uploads), change.wishes.get("from")
    if old is None:
        return outcomes
    moved = [row for row, outcome in outcomes.items() if isinstance(outcome, Done)]
    befores = _taken(old, moved)
    return outcomes | {
        row: Done(befores[row], outcome.after)
        for row, outcome in outcomes.items()
        if isinstance(outcome, Done)
    }


def _move_back(site: Site, change: Change, pairs: Pairs) -> Outcomes:
    outcomes, old = _take_back(site, change, pairs), change.wishes.get("from")
    return outcomes if old is None else _returned(old, pairs)


ADD = Act(_add, _take_back)
REMOVE = Act(_remove, _return, takes=is_alive, gives_back=is_alive)
MOVE = Act(_move, _move_back)
