"""What a member is told, the newest first: only of what they may open now, whatever they could when
it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import joinedload

from models.album import Album
from models.album_uploads import album_upload
from models.base import UtcDateTime, db
from models.contribution import WAITS, Contribution
from models.notice import Notice, NoticeKind
from models.share_link import ShareLink
from models.upload import Upload
from models.upload.library import Order, Place
from models.visitor import Visitor

PAGE_OF_NOTICES = 40
MOST_COUNTED = 100  # unseen ones: with more, the bell says 99+
UNSEEN = "NOT is_seen"  # as its index has it, word for word
NEWEST = Order("received_at", is_descending=True)  # of dates: as places are written


class News(NamedTuple):
    """``upload`` is the last file of a notice; None where it is gone from there."""

    notice: Notice
    upload: Upload | None


def place_of(notice: Notice) -> Place:
    return Place(notice.at, notice.id)


def news(visitor: Visitor, after: Place | None = None, limit: int = PAGE_OF_NOTICES) -> list[News]:
    """A page of what this member is told, from behind a place."""
    is_in_album = exists().where(
        album_upload.c.album_id == Notice.album_id, album_upload.c.upload_id == Upload.id
    )
    is_seen_there = or_(Upload.user_id == visitor.user_id, is_in_album)
    is_last = and_(Upload.id == Notice.upload_id, Upload.alive(), is_seen_there)
    query = select(Notice, Upload).outerjoin(Upload, is_last).where(*_shown(visitor))
    if after:
        query = query.where(_place < tuple_(literal(after.value, UtcDateTime), literal(after.rank)))
    loaded = joinedload(Notice.link)
    query = query.options(
        joinedload(Notice.album),
        loaded.joinedload(ShareLink.album),
        loaded.joinedload(ShareLink.tag),
    )
    rows = db.session.execute(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit))
    return [News(row[0], row[1]) for row in rows]


def count_of_unseen(visitor: Visitor) -> Select[int]:
    """A query: how many the bell has; no more than MOST_COUNTED are counted."""
    unseen = select(Notice.id).where(*_shown(visitor), text(UNSEEN)).limit(MOST_COUNTED)
    return select(func.count()).select_from(unseen.subquery())


def see(visitor: Visitor, newest: Place, oldest: Place | None = None) -> None:
    """All between two places is read, or all up to one; what has come or grown since then isn't."""
    which = [_place <= tuple_(literal(newest.value, UtcDateTime), literal(newest.rank))]
    if oldest:
        which.append(_place >= tuple_(literal(oldest.value, UtcDateTime), literal(oldest.rank)))
    rows = update(Notice).where(Notice.user_id == visitor.user_id, ~Notice.is_seen, *which)
    db.session.execute(rows.values(is_seen=True))


def those_with_waiting(found: Sequence[News]) -> set[int]:
    """The row ids of those notices whose sender still has something that waits for approval. One
    without a name stands for several senders.
    """
    told = [one.notice.id for one in found if one.notice.link_id]
    if not told:
        return set()
    is_senders = or_(Notice.by_name == "", Contribution.name == Notice.by_name)
    is_there = exists().where(Upload.id == Contribution.upload_id, Upload.alive())
    waits = exists().where(Contribution.link_id == Notice.link_id, WAITS, is_senders, is_there)
    return set(db.session.scalars(select(Notice.id).where(Notice.id.in_(told), waits)))


_place = tuple_(Notice.at, Notice.id)


def _shown(visitor: Visitor) -> tuple[ColumnElement[bool], ...]:
    """Conditions: it is told to this member, and of something that is open to them, or theirs."""
    me = visitor.user_id
    is_open = exists().where(Album.id == Notice.album_id, Album.openable_by(visitor))
    is_own_link = exists().where(ShareLink.id == Notice.link_id, ShareLink.user_id == me)
    its_file = exists().where(Upload.id == Notice.upload_id, Upload.user_id == me, Upload.alive())
    is_own_file = its_file.correlate(Notice)
    are_others_left = and_(Notice.upload_id.is_(None), Notice.count > 1)
    of_album = Notice.kind.in_((NoticeKind.ADDED, NoticeKind.INVITED))
    return (
        Notice.user_id == me,
        or_(
            and_(of_album, is_open),
            and_(Notice.kind == NoticeKind.SENT, is_own_link),
            and_(Notice.kind == NoticeKind.HEART, or_(is_own_file, are_others_left)),
            *([Notice.kind == NoticeKind.DRILL] if visitor.is_admin else []),
        ),
    )
