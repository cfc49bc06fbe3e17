"""Pages of albums, the latest change first, and their covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, literal, select, tuple_, union_all
from sqlalchemy.orm import aliased, joinedload

from models.album import Album
from models.album_contents import ORDERS
from models.album_member import AlbumMember
from models.album_uploads import album_upload
from models.base import db
from models.upload import Upload
from models.upload.library import Place
from models.user import User
from models.visibility import Visibility
from models.visitor import Visitor

ALBUM_PAGE = 60  # albums of one page


def place_of(album: Album) -> Place:
    return Place(album.changed_at, album.id)


def own_albums(visitor: Visitor, after: Place | None = None) -> list[Album]:
    """A page of this member's that are in no other, and one more if there is one."""
    if not visitor.is_member:
        return []
    own = [Album.user_id == visitor.user_id, Album.parent_id.is_(None), *_below(after)]
    query = select(Album).where(*own).order_by(*_LATEST).limit(ALBUM_PAGE + 1)
    return list(db.session.scalars(query))


def all_own(user: User, after: Place | None, limit: int) -> list[Album]:
    """This user's, those in other ones, too."""
    own = [Album.user_id == user.id, *_below(after)]
    return list(db.session.scalars(select(Album).where(*own).order_by(*_LATEST).limit(limit)))


def parents_of(albums: Sequence[Album]) -> dict[int, str]:
    """The public ids of the albums that these are in, by their row ids."""
    rows = {album.parent_id for album in albums if album.parent_id}
    if not rows:
        return {}
    found = db.session.execute(select(Album.id, Album.public_id).where(Album.id.in_(rows)))
    return {row[0]: row[1] for row in found}


def albums_of_others(visitor: Visitor, after: Place | None = None) -> list[Album]:
    """A page of what others list, and one more if there is one; nothing empty, and nothing that is
    on the page of another one.
    """
    above = aliased(Album)
    is_shown = [above.listed_to(visitor), above.upload_count > 0]
    is_below = exists().where(above.id == Album.parent_id, *is_shown)
    is_mine = Album.user_id == (visitor.user_id or 0)
    parts = [
        select(Album.id)
        .where(Album.visibility == one, Album.upload_count > 0, ~is_mine, ~is_below, *_below(after))
        .order_by(*_LATEST)
        .limit(ALBUM_PAGE + 1)
        for one in Album.listed_visibilities(visitor)
    ]
    found = union_all(*(select(part.subquery()) for part in parts))
    query = select(Album).where(Album.id.in_(found)).order_by(*_LATEST).limit(ALBUM_PAGE + 1)
    return list(db.session.scalars(query))


def is_in_one_with_members(upload_id: int) -> bool:
    is_in = album_upload.c.upload_id == upload_id, AlbumMember.any_of(album_upload.c.album_id)
    return bool(db.session.scalar(select(exists().where(*is_in))))


def shared_albums(visitor: Visitor, after: Place | None = None) -> list[Album]:
    """A page of what this person is a member of, and one more if there is one; empty ones, too."""
    if not visitor.is_member:
        return []
    query = select(Album).join(AlbumMember, AlbumMember.album_id == Album.id)
    query = query.where(AlbumMember.user_id == visitor.user_id, *_below(after))
    query = query.order_by(*_LATEST).limit(ALBUM_PAGE + 1)
    return list(db.session.scalars(query.options(joinedload(Album.user))))


def all_shared(user: User) -> list[Album]:
    """All of them, by name."""
    query = select(Album).join(AlbumMember, AlbumMember.album_id == Album.id)
    query = query.where(AlbumMember.user_id == user.id).order_by(Album.name, Album.id)
    return list(db.session.scalars(query.options(joinedload(Album.user))))


def albums_of(upload: Upload, visitor: Visitor) -> list[Album]:
    """Those it is in, by name, as far as this visitor comes upon them: an album that opens to
    whoever has its link doesn't give that away on the pages of its files.
    """
    if not upload.album_count:
        return []
    query = select(Album).join(album_upload, album_upload.c.album_id == Album.id)
    query = query.where(album_upload.c.upload_id == upload.id, Album.listed_to(visitor))
    query = query.order_by(Album.name, Album.id).options(joinedload(Album.user))
    return list(db.session.scalars(query))


def choosable(user: User, name: str = "") -> list[Album]:
    """A page of the albums that this user may add to, the latest change first, whose names have
    ``name`` in them.
    """
    is_named = [Album.name.icontains(name, autoescape=True)] if name else []
    shared = select(Album.id).join(AlbumMember, AlbumMember.album_id == Album.id)
    parts = [
        select(Album.id).where(Album.user_id == user.id),
        shared.where(AlbumMember.user_id == user.id, AlbumMember.may_add),
    ]
    latest = [part.where(*is_named).order_by(*_LATEST).limit(ALBUM_PAGE) for part in parts]
    found = union_all(*(select(part.subquery()) for part in latest))
    query = select(Album).where(Album.id.in_(found)).order_by(*_LATEST).limit(ALBUM_PAGE)
    return list(db.session.scalars(query.options(joinedload(Album.user))))


def shown_by(user: User, visitor: Visitor, limit: int) -> list[Album]:
    """The latest of this person that ``visitor`` may come upon; nothing empty."""
    listed = [Album.visibility.in_(Album.listed_visibilities(visitor)), Album.upload_count > 0]
    query = select(Album).where(Album.user_id == user.id, *listed)
    return list(db.session.scalars(query.order_by(*_LATEST).limit(limit)))


def public_albums(limit: int) -> list[Album]:
    """The latest of everybody, for search engines."""
    listed = [Album.visibility == Visibility.PUBLIC, Album.upload_count > 0]
    return list(db.session.scalars(select(Album).where(*listed).order_by(*_LATEST).limit(limit)))


def covers(albums: Sequence[Album]) -> dict[int, Upload]:
    """By the row ids of these albums: the one that was chosen, while it is in the album; else the
    first in its order. An empty one has none.
    """
    if not albums:
        return {}
    chosen = _in_album().where(album_upload.c.upload_id == Album.cover_id)
    first = case(
        {
            sort: _in_album()
            .order_by(column.desc() if order.is_descending else column)
            .limit(1)
            .scalar_subquery()
            for sort, order in ORDERS.items()
            for column in [album_upload.c[order.column]]
        },
        value=Album.sort,
    )
    cover = func.coalesce(chosen.scalar_subquery(), first)
    query = select(Album.id, Upload).join(Upload, Upload.id == cover)
    rows = db.session.execute(query.where(Album.id.in_([album.id for album in albums])))
    return {row[0]: row[1] for row in rows}


def _in_album() -> Any:
    return (
        select(album_upload.c.upload_id)
        .join(Upload, Upload.id == album_upload.c.upload_id)
        .where(album_upload.c.album_id == Album.id, Upload.alive())
        .correlate(Album)
    )


_LATEST = (Album.changed_at.desc(), Album.id.desc())


def _below(after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    here = tuple_(literal(after.value, Album.changed_at.type), literal(after.rank))
    return [tuple_(Album.changed_at, Album.id) < here]
