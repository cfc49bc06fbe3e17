"""An album by hand: what stands where, and what its cover is."""

from __future__ import annotations

from enum import StrEnum

from models import Album, Upload, begin_write, db, utcnow
from models.album_order import put_at_end, put_beside, start_by_hand, step


class Move(StrEnum):
    """``before`` and ``behind`` are beside another upload of the album."""

    EARLIER = "earlier"
    LATER = "later"
    FIRST = "first"
    LAST = "last"
    BEFORE = "before"
    BEHIND = "behind"


def move(album: Album, upload: Upload, to: Move, other: Upload | None = None) -> bool:
    """The album is in the order by hand from now on, which begins as the one that it had. False
    where the album has just been deleted, as of all of these.
    """
    if not _is_there(album):
        return False
    start_by_hand(album)
    if to in (Move.FIRST, Move.LAST):
        put_at_end(album, upload, is_last=to == Move.LAST)
    elif other:
        put_beside(album, upload, other, is_behind=to == Move.BEHIND)
    elif to in (Move.EARLIER, Move.LATER):
        step(album, upload, is_later=to == Move.LATER)
    return _changed(album)


def set_cover(album: Album, upload: Upload) -> bool:
    if not _is_there(album):
        return False
    album.cover_id = upload.id
    return _changed(album)


def _is_there(album: Album) -> bool:
    """As it is now; nobody else writes from here on."""
    begin_write()
    is_there = album.refresh()
    if not is_there:
        db.session.rollback()
    return is_there


def _changed(album: Album) -> bool:
    album.changed_at = utcnow()
    db.session.commit()
    return True
