"""Who else sees an album, or adds to it: named and removed by its owner, or gone by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from models import Album, AlbumMember, Job, User, begin_write, db
from models.album_member import MAX_MEMBERS, MAX_SHARED
from services.errors import NoLongerThere
from services.notices import forget_album, tell_invited

SECONDS = 4.0  # that somebody waits for it; a job does the rest
LEFT = "left_albums"  # the kind of job
BATCH = 200  # uploads of one commit: what is taken out of an album is indexed anew


class NotToBeNamed(Exception):
    """Nobody of that name can be a member: not there, not active, or the album's owner."""


class OwnerNamed(NotToBeNamed):
    """Whose album it is."""


class AlreadyMember(Exception):
    pass


class TooManyMembers(Exception):
    """The album has as many as it may, or the person is in as many albums."""


def name_member(album: Album, user: User | None, *, may_add: bool) -> None:
    """``user`` opens it from now on, and is told. Raises NoLongerThere, NotToBeNamed, AlreadyMember
    or TooManyMembers, and then nothing has changed.
    """
    begin_write()
    try:
        _check(album, user)
    except BaseException:
        db.session.rollback()
        raise
    assert user is not None
    db.session.add(AlbumMember(album_id=album.id, user_id=user.id, may_add=may_add))
    db.session.flush()
    tell_invited(album, user, album.user)
    db.session.commit()


def _check(album: Album, user: User | None) -> None:
    if not album.refresh():
        raise NoLongerThere()
    if not user or not user.refresh() or not user.is_active:
        raise NotToBeNamed()
    if user.id == album.user_id:
        raise OwnerNamed()
    if AlbumMember.find(album.id, user.id):
        raise AlreadyMember()
    is_full = AlbumMember.how_many(album.id) >= MAX_MEMBERS
    if is_full or AlbumMember.how_many_albums(user.id) >= MAX_SHARED:
        raise TooManyMembers()


def let_add(album: Album, user: User, *, may_add: bool) -> bool:
    """What a member may do from now on; what they have added stays. False where they are none."""
    is_one = AlbumMember.change(album.id, user.id, may_add=may_add)
    db.session.commit()
    return is_one


def end_membership(album: Album, user: User) -> bool:
    """The album is closed to them from now on, and what they have added goes with them: they could
    take it out no more. Most of it goes before this returns, the rest by a job. False where they
    weren't a member.
    """
    begin_write()
    if not AlbumMember.end(album.id, user.id):
        db.session.rollback()
        return False
    forget_album(album, user)
    public_id, user_id = album.public_id, user.id
    Job.add(LEFT, {"album": public_id, "user": user_id})
    db.session.commit()
    ends = time.monotonic() + SECONDS
    take_along(public_id, user_id, lambda: time.monotonic() > ends)
    return True


def take_along(public_id: str, user_id: int, is_over: Callable[[], bool]) -> bool:
    """Whether all that this person has added is out of the album; some at a time, so that others
    write between: what is looked for in a large album is found before. Nothing is taken out if they
    are a member again.
    """
    after = 0
    while not is_over():
        album = Album.find_closed(public_id)
        ids = Album.ids_of_person(album.id, user_id, after, BATCH) if album else []
        if not album or not ids or not _take_out(album, ids, user_id):
            db.session.rollback()
            return True
        after = ids[-1]
    return False


def _take_out(album: Album, upload_ids: Sequence[int], user_id: int) -> bool:
    """Whether they went: the album is still there, and neither theirs nor shared with them."""
    begin_write()
    is_there = album.refresh()
    if not is_there or album.user_id == user_id or AlbumMember.find(album.id, user_id):
        return False
    Album.remove(album.id, upload_ids, user_id)
    db.session.commit()
    return True
