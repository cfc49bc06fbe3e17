"""Who is told what is new in an album."""

from __future__ import annotations

from sqlalchemy import select

from models.album import Album
from models.album_member import AlbumMember
from models.base import db


def readers(album: Album, but: int | None) -> list[int]:
    """The row ids of its owner and its members, without one."""
    members = select(AlbumMember.user_id).where(AlbumMember.album_id == album.id)
    return [one for one in (album.user_id, *db.session.scalars(members)) if one != but]
