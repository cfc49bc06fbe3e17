"""The order of an album by hand: positions, between any two of which another one fits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from models.album import Album
from models.album_contents import ORDERS
from models.album_uploads import STEP, album_upload
from models.base import db
from models.upload import Upload

_POSITION: Any = album_upload.c.position


def start_by_hand(album: Album) -> None:
    """From the order that it has now, unless it has been by hand before. Whoever writes is the only
    writer then.
    """
    if not album.is_arranged:
        _number(album)
    album.sort, album.is_arranged = "hand", True


def step(album: Album, upload: Upload, *, is_later: bool) -> None:
    """Change places with the one before, or behind."""
    here = _of(album, upload)
    if here is None:
        return
    other = _beside(album, here, is_later)
    if other is not None:
        _put(album, upload, other, is_behind=is_later)


def put_beside(album: Album, upload: Upload, other: Upload, *, is_behind: bool) -> None:
    """Right before another one that is in the album, or right behind it."""
    position = _of(album, other)
    if position is not None and other.id != upload.id:
        _put(album, upload, position, is_behind=is_behind)


def put_at_end(album: Album, upload: Upload, *, is_last: bool) -> None:
    edge = (func.max if is_last else func.min)(_POSITION)
    is_another = [_is_in(album), album_upload.c.upload_id != upload.id]
    other = db.session.scalar(select(edge).where(*is_another))
    if other is not None:
        _put(album, upload, other, is_behind=is_last)


def _put(album: Album, upload: Upload, other: int, *, is_behind: bool) -> None:
    """Beside a position that another one has."""
    beyond = _beyond(album, upload, other, is_behind)
    low, high = (other, beyond) if is_behind else (beyond, other)
    if high - low < 2:
        number = db.session.scalar(
            select(album_upload.c.upload_id).where(_is_in(album), other == _POSITION)
        )
        _number(album)
        again = db.session.get_one(Upload, number)
        put_beside(album, upload, again, is_behind=is_behind)
        return
    is_this = album_upload.c.upload_id == upload.id
    place = update(album_upload).where(_is_in(album), is_this)
    db.session.execute(place.values(position=(low + high) // 2))


def _beyond(album: Album, upload: Upload, other: int, is_behind: bool) -> int:
    """The next position on that side; free room where there is none."""
    side, edge = (other < _POSITION, func.min) if is_behind else (other > _POSITION, func.max)
    is_another = album_upload.c.upload_id != upload.id
    found = db.session.scalar(select(edge(_POSITION)).where(_is_in(album), side, is_another))
    return found if found is not None else other + 2 * STEP if is_behind else 0


def _beside(album: Album, here: int, is_later: bool) -> int | None:
    """The position of the next one that is shown."""
    side = here < _POSITION if is_later else here > _POSITION
    query = select(_POSITION).join(Upload, Upload.id == album_upload.c.upload_id)
    end = _POSITION if is_later else _POSITION.desc()
    query = query.where(_is_in(album), side, Upload.alive()).order_by(end)
    return db.session.scalar(query.limit(1))


def _of(album: Album, upload: Upload) -> int | None:
    is_this = album_upload.c.upload_id == upload.id
    return db.session.scalar(select(_POSITION).where(_is_in(album), is_this))


def _number(album: Album) -> None:
    """All anew, in the order that it has."""
    order = ORDERS[album.sort]
    by = (album_upload.c[order.column], _POSITION)
    ends = [one.desc() for one in by] if order.is_descending else by
    numbered = (
        select(
            album_upload.c.upload_id,
            (func.row_number().over(order_by=ends) * STEP).label("position"),
        )
        .where(_is_in(album))
        .subquery()
    )
    is_same = album_upload.c.upload_id == numbered.c.upload_id
    place = update(album_upload).where(_is_in(album), is_same)
    db.session.execute(place.values(position=numbered.c.position))


def _is_in(album: Album) -> Any:
    return album_upload.c.album_id == album.id
