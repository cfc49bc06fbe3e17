"""Who is told what is new in an album, and of which files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.album import Album, album_upload
from models.album_member import AlbumMember
from models.base import db


def readers(album: Album, but: int) -> list[int]:
    """The row ids of its owner and its members, without one."""
    members = select(AlbumMember.user_id).where(AlbumMember.album_id == album.id)
    return [one for one in (album.user_id, *db.session.scalars(members)) if one != but]


def ids_in(album: Album, upload_ids: Sequence[int]) -> list[int]:
    """Those of these uploads that are in the album now, in the order given: what isn't approved is
    outside.
    """
    column = album_upload.c
    is_one = column.album_id == album.id, column.upload_id.in_(upload_ids)
    found = set(db.session.scalars(select(column.upload_id).where(*is_one)))
    return [one for one in upload_ids if one in found]
