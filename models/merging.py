"""What one upload gets of another of the same bytes, so that it stands for both. Each says what was
new to it, so that it can be taken back. Call `begin_write` first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, delete, exists, insert, literal, or_, select, update

from models.album import Album
from models.album_access import AlbumVisibility
from models.album_member import AlbumMember
from models.album_uploads import album_upload
from models.base import db
from models.heart import Heart
from models.report import Report
from models.share_link import ShareLink, share_link_upload
from models.tag import Tag, upload_tag
from models.upload import Upload


def give_albums(row: int, to: int) -> list[int]:
    """The albums that it comes into, to the other's place there."""
    column = album_upload.c
    query = select(column.album_id, column.position).where(column.upload_id == row)
    has = set(db.session.scalars(select(column.album_id).where(column.upload_id == to)))
    new = []
    for album_id, position in db.session.execute(query).all():
        if album_id not in has:
            Album.put_back(album_id, to, position)
            new.append(album_id)
    is_in = select(column.album_id).where(column.upload_id == to, column.album_id.in_(new))
    return list(db.session.scalars(is_in))  # but for those that they may no longer add to


def give_covers(row: int, to: int) -> list[int]:
    """The albums whose cover it is from now on."""
    is_in = select(album_upload.c.album_id).where(album_upload.c.upload_id == to)
    covered = update(Album).where(Album.cover_id == row, Album.id.in_(is_in))
    given = covered.values(cover_id=to).returning(Album.id)
    return list(db.session.scalars(given, execution_options={"synchronize_session": False}))


def take_covers(row: int, album_ids: Collection[int]) -> None:
    covered = update(Album).where(Album.cover_id == row, Album.id.in_(album_ids))
    db.session.execute(
        covered.values(cover_id=None), execution_options={"synchronize_session": False}
    )


def take_albums(row: int, album_ids: Sequence[int]) -> None:
    for album_id in album_ids:
        Album.remove(album_id, [row])


def give_tags(row: int, to: int) -> list[str]:
    """The names of the tags that are new to it."""
    column = upload_tag.c
    query = select(Tag).join(upload_tag, column.tag_id == Tag.id)
    tags = db.session.scalars(query.where(column.upload_id == row, ~Tag.is_retired())).all()
    return [tag.name for tag in tags if tag.give_to_all([to])]


def take_tags(row: int, names: Sequence[str]) -> None:
    for name in names:
        if tag := Tag.find(name.casefold()):
            tag.take_from(row)


def give_hearts(row: int, to: int) -> list[int]:
    """Who likes the other one, and so this one from now on: row ids of members, each once."""
    theirs = select(Heart.user_id, literal(to, Integer), Heart.at).where(Heart.upload_id == row)
    into = insert(Heart).prefix_with("OR IGNORE")
    given = into.from_select(["user_id", "upload_id", "at"], theirs)
    return list(db.session.scalars(given.returning(Heart.user_id)))


def take_hearts(row: int, user_ids: Collection[int], other: int) -> None:
    """Those that came from the other one, unless they were given anew since."""
    theirs = select(Heart.user_id, Heart.at).where(Heart.upload_id == other)
    for user_id, at in db.session.execute(theirs.where(Heart.user_id.in_(user_ids))).all():
        same = Heart.upload_id == row, Heart.user_id == user_id, Heart.at == at
        db.session.execute(delete(Heart).where(*same))


def give_links(row: int, to: int) -> list[int]:
    """The share links that show it from now on, in the other's place."""
    column = share_link_upload.c
    places: Any = select(column.link_id, literal(to, Integer), column.position)
    into = insert(share_link_upload).prefix_with("OR IGNORE")
    given = into.from_select(
        ["link_id", "upload_id", "position"], places.where(column.upload_id == row)
    )
    return list(db.session.scalars(given.returning(column.link_id)))


def give_reports(row: int, to: int) -> list[int]:
    """What was reported of the other one is of this one: its address leads here, with the same
    bytes. Row ids; where somebody has reported both, that of the other one stays with it.
    """
    moved = update(Report).where(Report.upload_id == row).prefix_with("OR IGNORE")
    given = moved.values(upload_id=to).returning(Report.id)
    return list(db.session.scalars(given, execution_options={"synchronize_session": False}))


def take_reports(row: int, ids: Collection[int], other: int, at: datetime) -> None:
    """Those that came from the other one at this time and are still open."""
    is_one = Report.id.in_(ids), Report.upload_id == row, Report.at <= at
    back = update(Report).where(*is_one).prefix_with("OR IGNORE").values(upload_id=other)
    db.session.execute(back, execution_options={"synchronize_session": False})


def settle(upload: Upload) -> None:
    """Write down what was set, and forget what was read of it."""
    db.session.flush()
    db.session.expire(upload, ["tags", "albums", "likes", "album_count", "shelf"])


def take_links(row: int, link_ids: Collection[int]) -> None:
    column = share_link_upload.c
    is_one = column.upload_id == row, column.link_id.in_(link_ids)
    db.session.execute(delete(share_link_upload).where(*is_one))


def is_shown_by_more(row: int, to: int) -> bool:
    """Whether an album that others may open, or a share link that works, shows the first of two and
    not the other.
    """
    in_album, in_link, tagged = album_upload.c, share_link_upload.c, upload_tag.c
    inside = select(in_album.album_id).where(in_album.upload_id == to)
    linked = select(in_link.link_id).where(in_link.upload_id == to)
    shown = [
        select(Album.id)
        .join(album_upload, in_album.album_id == Album.id)
        .where(in_album.upload_id == row, Album.id.not_in(inside), _is_seen()),
        select(ShareLink.id)
        .join(share_link_upload, in_link.link_id == ShareLink.id)
        .where(in_link.upload_id == row, ShareLink.id.not_in(linked), ~ShareLink.is_revoked),
        select(ShareLink.id)
        .join(upload_tag, tagged.tag_id == ShareLink.tag_id)
        .where(tagged.upload_id == row, ~ShareLink.is_revoked),
    ]
    return any(db.session.scalar(one.limit(1)) is not None for one in shown)


def _is_seen() -> ColumnElement[bool]:
    """A condition: others than its owner may open an album."""
    return or_(
        Album.visibility != AlbumVisibility.PRIVATE,
        exists().where(AlbumMember.album_id == Album.id),
        exists().where(ShareLink.album_id == Album.id, ~ShareLink.is_revoked),
    )
