"""Who is in an album: its owner and its members. Nobody else is told."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.context import person, visitor
from models import Album, AlbumMember


class Company(NamedTuple):
    """``members`` are empty for those who aren't told; ``own`` is this visitor's membership."""

    members: list[AlbumMember]
    is_owner: bool
    own: AlbumMember | None

    @property
    def may_add(self) -> bool:
        return self.is_owner or (self.own is not None and self.own.may_add)

    @property
    def is_told(self) -> bool:
        return self.is_owner or self.own is not None

    @property
    def is_shared(self) -> bool:
        """Whether this visitor knows that others add to it, too."""
        return bool(self.members)


def company_of(album: Album) -> Company:
    user = person()
    if user is None:
        return Company([], is_owner=False, own=None)
    members = AlbumMember.of(album.id)
    own = next((one for one in members if one.user_id == user.id), None)
    is_owner = album.is_owner(visitor())
    return Company(members if is_owner or own else [], is_owner, own)
