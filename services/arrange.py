"""An album by hand: what stands where, what its cover is, what is taken out."""

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


def move(album: Album, upload: Upload, to: Move, other: Upload | None = None) -> None:
    """The album is in the order by hand from now on, which begins as the one that it had. Nothing
    happens where it has just been deleted.
    """
    begin_write()
    if not album.reload():
        db.session.rollback()
        return
    start_by_hand(album)
    if to in (Move.FIRST, Move.LAST):
        put_at_end(album, upload, is_last=to == Move.LAST)
    elif other:
        put_beside(album, upload, other, is_behind=to == Move.BEHIND)
    elif to in (Move.EARLIER, Move.LATER):
        step(album, upload, is_later=to == Move.LATER)
    _changed(album)


def set_cover(album: Album, upload: Upload) -> None:
    album.cover_id = upload.id
    _changed(album)


def take_out(album: Album, upload: Upload) -> None:
    Album.remove(album.id, [upload.id])
    _changed(album)


def _changed(album: Album) -> None:
    album.changed_at = utcnow()
    db.session.commit()
