"""A person's share links, as they list them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, false, func, select, union_all
from sqlalchemy.orm import joinedload

from models.album import Album
from models.album_uploads import album_upload
from models.base import db
from models.contribution import Contribution
from models.share_link import ShareKind, ShareLink, share_link_upload
from models.tag import upload_tag
from models.upload import Upload
from models.user import User

LINK_PAGE = 60  # links of one page


def own_links(user: User, before: int | None = None, album: Album | None = None) -> list[ShareLink]:
    """A page of this person's, those of an album or all, the newest first, and one more if there is
    one. ``before`` is the row id that the page before ended with.
    """
    query = select(ShareLink).where(ShareLink.user_id == user.id)
    if before is not None:
        query = query.where(ShareLink.id < before)
    if album:
        query = query.where(ShareLink.album_id == album.id)
    loaded = query.options(joinedload(ShareLink.album), joinedload(ShareLink.tag))
    return list(db.session.scalars(loaded.order_by(ShareLink.id.desc()).limit(LINK_PAGE + 1)))


def all_links(user: User) -> list[ShareLink]:
    """At most `models.limits.MAX_SHARE_LINKS`, the oldest first."""
    query = select(ShareLink).where(ShareLink.user_id == user.id).order_by(ShareLink.id)
    loaded = query.options(joinedload(ShareLink.album), joinedload(ShareLink.tag))
    return list(db.session.scalars(loaded))


class Sight(NamedTuple):
    """How an upload came, where somebody sent it by a share link, and links that it is under."""

    how_sent: Contribution | None
    links: list[ShareLink]


def sight_of(upload: Upload, limit: int) -> Sight:
    """``links``: some of those that work, the newest first: its owner's, and those of albums in
    which its owner has put it. One query, as a file's page asks many.
    """
    chosen, within, tagged = share_link_upload.c, album_upload.c, upload_tag.c
    is_owners = ShareLink.user_id == upload.user_id
    ids = union_all(
        select(chosen.link_id).where(chosen.upload_id == upload.id),
        select(ShareLink.id)
        .join(album_upload, within.album_id == ShareLink.album_id)
        .where(within.upload_id == upload.id),
        select(ShareLink.id)
        .join(upload_tag, tagged.tag_id == ShareLink.tag_id)
        .where(tagged.upload_id == upload.id, is_owners),
    )
    is_shown = Upload.is_approved & Upload.leftovers.is_(None)
    is_shown &= ~func.coalesce(Contribution.is_waiting, false())
    shows = and_(ShareLink.id.in_(ids), ShareLink.works(), is_shown)
    rows: Any = select(Contribution, ShareLink).select_from(Upload)
    rows = rows.outerjoin(Contribution, Contribution.upload_id == Upload.id)
    rows = rows.outerjoin(ShareLink, shows).where(Upload.id == upload.id)
    loaded = [joinedload(one) for one in (ShareLink.album, ShareLink.tag, ShareLink.user)]
    rows = rows.options(*loaded, joinedload(Contribution.link))
    found = db.session.execute(rows.order_by(ShareLink.id.desc()).limit(limit)).all()
    return Sight(found[0][0] if found else None, [row[1] for row in found if row[1]])


def how_many_links(user: User, album: Album | None = None) -> int:
    """Of an album or of all, also those that have ended."""
    query = select(func.count()).select_from(ShareLink).where(ShareLink.user_id == user.id)
    if album:
        query = query.where(ShareLink.album_id == album.id)
    return db.session.scalar(query) or 0


def how_many_files(links: Sequence[ShareLink]) -> dict[int, int]:
    """By the row ids of links to chosen files: how many of these are alive."""
    column = share_link_upload.c
    rows = select(column.link_id, func.count()).join(Upload, Upload.id == column.upload_id)
    rows = rows.where(column.link_id.in_(_to_files(links)), Upload.alive())
    found = db.session.execute(rows.group_by(column.link_id))
    return {row[0]: row[1] for row in found}


def first_files(links: Sequence[ShareLink]) -> dict[int, Upload]:
    """By the row ids of links to chosen files: the first one that is alive."""
    ids, column = _to_files(links), share_link_upload.c
    if not ids:
        return {}
    first = (
        select(column.upload_id)
        .join(Upload, Upload.id == column.upload_id)
        .where(column.link_id == ShareLink.id, Upload.alive())
        .order_by(column.position)
        .limit(1)
        .correlate(ShareLink)
        .scalar_subquery()
    )
    query = select(ShareLink.id, Upload).join(Upload, Upload.id == first)
    return {row[0]: row[1] for row in db.session.execute(query.where(ShareLink.id.in_(ids)))}


def _to_files(links: Sequence[ShareLink]) -> list[int]:
    return [link.id for link in links if link.kind == ShareKind.FILES]
