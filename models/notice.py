"""What is new for somebody, as *3 new in Holiday from Ann*: one row for what one person did in one
place, until it was seen.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    and_,
    delete,
    false,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.album import Album
from models.base import Model, UtcDateTime, begin_write, db, utcnow
from models.share_link import ShareLink

MOST_KEPT = 200  # of one person, the newest: months of a busy family; what is older nobody reads
# of senders of one link that are told apart until they are seen: a new name costs nothing, and 200
# of them would push out all else that somebody is told
MOST_NAMES = 5


class NoticeKind(StrEnum):
    """``ADDED``: files are new in an album; ``SENT``: by a share link; ``INVITED``: an album is
    open to somebody; ``HEART``: somebody likes a file; ``DRILL``, for admins: a restore of the
    backup was tried and failed.
    """

    ADDED = "added"
    SENT = "sent"
    INVITED = "invited"
    HEART = "heart"
    DRILL = "drill"


class Notice(Model):
    """``by_name`` is who did it, as they are called then: a member, or, for the owner of a link,
    somebody who sent files by it; "" for senders without a name. ``upload_id`` is the last file
    that it is about, ``count`` how many there were.
    """

    __table_args__ = (
        Index("ix_notice_user_id_at", "user_id", "at"),
        Index("ix_notice_unseen", "user_id", sqlite_where=text("NOT is_seen")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(
        ForeignKey("album.id", ondelete="CASCADE"), index=True
    )
    link_id: Mapped[int | None] = mapped_column(
        ForeignKey("share_link.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    by_name: Mapped[str]
    upload_id: Mapped[int | None] = mapped_column(
        ForeignKey("upload.id", ondelete="SET NULL"), index=True
    )
    count: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    is_seen: Mapped[bool] = mapped_column(default=False, server_default=false())

    album: Mapped[Album | None] = relationship()
    link: Mapped[ShareLink | None] = relationship()

    @classmethod
    def tell(
        cls,
        user_ids: Collection[int],
        kind: NoticeKind,
        *,
        by_name: str,
        by_id: int | None = None,
        album_id: int | None = None,
        link_id: int | None = None,
        upload_id: int | None = None,
        count: int = 1,
    ) -> None:
        """Tell these people: what they haven't seen yet of the same person in the same place grows,
        for the others it is new. Of senders, who have no account, the name says who is the same; a
        member of the same name is somebody else.
        """
        begin_write()  # two at once would each make a row
        now = utcnow()
        news: dict[str, Any] = {"by_name": by_name, "upload_id": upload_id, "at": now}
        same = (
            cls.user_id.in_(user_ids),
            cls.kind == kind,
            cls.album_id.is_(album_id) if album_id is None else cls.album_id == album_id,
            cls.link_id.is_(link_id) if link_id is None else cls.link_id == link_id,
            and_(cls.by_id.is_(None), cls.by_name == by_name)
            if by_id is None
            else cls.by_id == by_id,
        )
        grown = cls._grow(same, news, count)
        new = [one for one in dict.fromkeys(user_ids) if one not in grown]
        if new:
            row = news | {"kind": kind, "by_id": by_id, "count": count}
            row |= {"album_id": album_id, "link_id": link_id, "is_seen": False}
            db.session.execute(insert(cls), [row | {"user_id": one} for one in new])
            cls._drop_old(new)

    @classmethod
    def name_of_sender(cls, user_id: int, link_id: int, name: str) -> str:
        """Under which name the owner of a link is told of a sender: theirs, or "" where as many
        others are unseen as are told apart.
        """
        begin_write()  # two at once would each be the last
        query = select(cls.by_name).where(cls.user_id == user_id, cls.link_id == link_id)
        names = set(db.session.scalars(query.where(~cls.is_seen)))
        return name if name in names or len(names) < MOST_NAMES else ""

    @classmethod
    def _grow(
        cls, same: tuple[ColumnElement[bool], ...], news: dict[str, Any], count: int
    ) -> set[int]:
        """Whose row has grown."""
        rows = update(cls).where(*same, ~cls.is_seen).values(news | {"count": cls.count + count})
        as_it_is = {"synchronize_session": False}  # no page shows them in the request of an upload
        grown = rows.returning(cls.user_id).execution_options(**as_it_is)
        return set(db.session.scalars(grown))

    @classmethod
    def _drop_old(cls, user_ids: Collection[int]) -> None:
        """All but the newest of each."""
        place = func.row_number().over(
            partition_by=cls.user_id, order_by=(cls.at.desc(), cls.id.desc())
        )
        rows = select(cls.id, place.label("place")).where(cls.user_id.in_(user_ids)).subquery()
        old = select(rows.c.id).where(rows.c.place > MOST_KEPT)
        db.session.execute(delete(cls).where(cls.id.in_(old)))

    @classmethod
    def uncount_heart(
        cls, user_id: int, by_id: int, given_at: datetime, last_upload_id: int | None
    ) -> None:
        """One less in the row that told it: the first that wasn't written before it was given."""
        told = (cls.user_id == user_id, cls.kind == NoticeKind.HEART, cls.by_id == by_id)
        query = select(cls).where(*told, cls.at >= given_at).order_by(cls.at, cls.id).limit(1)
        notice = db.session.scalar(query)
        if notice and notice.count > 1 and last_upload_id:
            notice.count, notice.upload_id = notice.count - 1, last_upload_id
        elif notice:
            db.session.delete(notice)

    @classmethod
    def uncount_sent(cls, user_id: int, link_id: int, name: str, sent_at: datetime) -> None:
        """One less in the row that told a link's owner of a file: the sender's own, else that of
        those who aren't told apart; the first that wasn't written before it was sent.
        """
        told = (cls.user_id == user_id, cls.kind == NoticeKind.SENT, cls.link_id == link_id)
        query = select(cls).where(*told, cls.by_name.in_((name, "")), cls.at >= sent_at)
        query = query.order_by(cls.by_name == "", cls.at, cls.id).limit(1)
        notice = db.session.scalar(query)
        if notice and notice.count > 1:
            notice.count -= 1
        elif notice:
            db.session.delete(notice)

    @classmethod
    def forget(cls, user_id: int, album_id: int) -> None:
        """What somebody was told of an album that isn't open to them any more."""
        db.session.execute(delete(cls).where(cls.user_id == user_id, cls.album_id == album_id))
