"""What people are told with the bell. They are told in the transaction of what it is about: whoever
calls commits, but of `see_notices`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models import (
    Album,
    Contribution,
    Heart,
    Notice,
    NoticeKind,
    ShareLink,
    Upload,
    User,
    Visitor,
    db,
)
from models.notice_list import see
from models.notice_readers import readers
from models.upload.library import Place

SENDER = ""  # of what members are told of senders, who gave their name to the link's owner alone


def tell_added(album: Album, by: User, upload_ids: Sequence[int]) -> None:
    """To all who see the album but the one who added them: ``upload_ids`` are row ids of files that
    weren't in it before. What waits for approval outside isn't told before `tell_approved`.
    """
    _tell_readers(album, upload_ids, by_name=by.shown_name, by_id=by.id, but=by.id)


def tell_sent(link: ShareLink, name: str, upload_ids: Sequence[int], *, waits: bool) -> None:
    """To the owner of the link: its sender gave ``name`` as theirs, which nobody else is told.
    ``waits``: for that owner to approve them; others hear of them by `tell_shown` then.
    """
    if not upload_ids:
        return
    Notice.tell(
        [link.user_id],
        NoticeKind.SENT,
        by_name=Notice.name_of_sender(link.user_id, link.id, name),
        link_id=link.id,
        upload_id=upload_ids[-1],
        count=len(upload_ids),
    )
    if not waits:
        tell_shown(link, upload_ids)


def untell_sent(link: ShareLink, name: str, sent_at: datetime) -> None:
    """Its sender takes a file back: it is no longer counted, seen or not."""
    Notice.uncount_sent(link.user_id, link.id, name, sent_at)


def tell_shown(link: ShareLink, upload_ids: Sequence[int]) -> None:
    """To those who see the album of the link, but the link's owner, who knows: what a sender sent
    is in it, from the beginning or since it was approved.
    """
    if link.album:
        _tell_readers(link.album, upload_ids, by_name=SENDER, but=link.user_id)


def tell_approved(upload: Upload, albums: Sequence[Album]) -> None:
    """To those who see these albums, in which an upload is only since a moderator approved it, as
    if it had been added now.
    """
    for album in albums:
        if Contribution.is_sent(upload.id):
            _tell_readers(album, [upload.id], by_name=SENDER, but=upload.user_id)
        elif upload.user:
            tell_added(album, upload.user, [upload.id])


def tell_invited(album: Album, user: User, by: User) -> None:
    """They may see the album, or add to it."""
    Notice.tell(
        [user.id], NoticeKind.INVITED, by_name=by.shown_name, by_id=by.id, album_id=album.id
    )


def tell_heart(upload: Upload, by: User) -> None:
    """To the owner of the file, once for all files of theirs that the same person likes."""
    if upload.user_id and upload.user_id != by.id:
        name = by.shown_name
        Notice.tell(
            [upload.user_id], NoticeKind.HEART, by_name=name, by_id=by.id, upload_id=upload.id
        )


def untell_heart(upload: Upload, by: User, given_at: datetime) -> None:
    """Nobody is told that a heart was taken back: it is no longer counted, seen or not."""
    if upload.user_id and upload.user_id != by.id:
        last = Heart.last_between(by.id, upload.user_id)
        Notice.uncount_heart(upload.user_id, by.id, given_at, last)


def tell_failed_drill() -> None:
    """To all admins."""
    Notice.tell(User.ids_of_admins(), NoticeKind.DRILL, by_name="")


def forget_album(album: Album, user: User) -> None:
    """They are no member any more: nothing of it stays in their list."""
    Notice.forget(user.id, album.id)


def see_notices(visitor: Visitor, newest: Place, oldest: Place | None = None) -> None:
    """This member has read what stands between these, or all up to one."""
    see(visitor, newest, oldest)
    db.session.commit()


def _tell_readers(
    album: Album,
    upload_ids: Sequence[int],
    *,
    by_name: str,
    but: int | None,
    by_id: int | None = None,
) -> None:
    shown, told = Album.shown_ids(album.id, upload_ids), readers(album, but)
    if shown and told:
        Notice.tell(
            told,
            NoticeKind.ADDED,
            by_name=by_name,
            by_id=by_id,
            album_id=album.id,
            upload_id=shown[-1],
            count=len(shown),
        )
