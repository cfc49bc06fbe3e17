"""Notifications as a page shows them, and as a feed has them: what they say, where they lead, and
what shows the last file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from blueprints.documents.timeline import picture
from blueprints.http.addresses import Addresses
from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.notice_words import Said, said
from models import Notice, NoticeKind, Upload, Visitor
from models.album_listing import covers
from models.notice_list import News, those_with_waiting

NEWEST_ADDED = "?sort=added"  # of an album: what was put into it last comes first


class NoticeRow(NamedTuple):
    """``path`` is of what it is about; ``picture`` the path of a picture of ``upload``, or "".
    ``waits``: files of senders for the reader's approval.
    """

    notice: Notice
    said: Said
    path: str
    upload: Upload | None
    picture: str
    waits: bool


def rows(found: Sequence[News], base: str, visitor: Visitor) -> list[NoticeRow]:
    invited = [one.notice.album for one in found if one.notice.kind == NoticeKind.INVITED]
    of_albums = covers([album for album in invited if album])
    waiting = those_with_waiting(found)
    made = []
    for news in found:
        notice, upload = news
        where = _addresses(notice, base, visitor)
        if notice.kind == NoticeKind.INVITED and notice.album_id:
            upload = of_albums.get(notice.album_id)
        shown = where.shown(upload, picture(upload)) if upload else ""
        waits = notice.id in waiting
        made.append(NoticeRow(notice, said(news), _path(news, where), upload, shown, waits))
    return made


def paths(found: Sequence[News], base: str, visitor: Visitor) -> list[tuple[str, str]]:
    """Text and path alone, of each."""
    return [
        (said(one).in_one_line, _path(one, _addresses(one.notice, base, visitor))) for one in found
    ]


def _addresses(notice: Notice, base: str, visitor: Visitor) -> Addresses:
    return AlbumAddresses(base, notice.album, visitor) if notice.album else Addresses(base)


def _path(news: News, where: Addresses) -> str:
    notice, upload = news
    if notice.kind == NoticeKind.DRILL:
        return f"{where.base_path}/admin/backup#proven"
    if notice.link:
        return f"{where.base_path}/links/{notice.link.public_id}/sent"
    if notice.album is None:
        return where.viewer_path(upload) if upload else f"{where.base_path}/mine"
    if notice.kind == NoticeKind.INVITED:
        return where.album_path(notice.album)
    if notice.count == 1 and upload:
        return where.viewer_path(upload)
    return where.album_path(notice.album) + NEWEST_ADDED
