"""Who may open an album, and who comes upon it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, and_, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from models.album_member import AlbumMember
from models.base import random_id
from models.opened_as_moderator import OpenedAsModerator
from models.visibility import FOR_EVERYBODY, Visibility
from models.visitor import Visitor

ID_LENGTH = 8  # 62 to the 8th: not to be found by trying


class AlbumVisibility(StrEnum):
    """As of uploads; ``password``: its owner, and whoever knows that."""

    PRIVATE = "private"
    PASSWORD = "password"  # noqa: S105 -- the word, not one
    MEMBERS = "members"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class AlbumAccess:
    """``password_key`` is random, and another for each password: who has entered the password has
    it in the session.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: random_id(ID_LENGTH))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    visibility: Mapped[str] = mapped_column(default="private", server_default="private")
    password_hash: Mapped[str | None]
    password_key: Mapped[str | None]

    @classmethod
    def openable_by(cls, visitor: Visitor) -> ColumnElement[bool]:
        """A condition: this visitor may open it. What it opens are all uploads in it."""
        may_see = [cls.visibility == one for one in FOR_EVERYBODY]
        may_see.append(cls.listed_to(visitor))
        if visitor.is_moderator:
            may_see.append(cls.public_id.in_(OpenedAsModerator.ids_open_to(visitor.user_id)))
        return or_(*may_see)

    @classmethod
    def listed_to(cls, visitor: Visitor) -> ColumnElement[bool]:
        """A condition, narrower: what this visitor may come upon without having the link."""
        shown = [cls.visibility == one for one in cls.listed_visibilities(visitor)]
        if visitor.opened:
            has_password = cls.visibility == AlbumVisibility.PASSWORD
            shown.append(and_(has_password, cls.password_key.in_(sorted(visitor.opened))))
        return or_(*shown, cls._own(visitor), *cls._shared_with(visitor))

    @staticmethod
    def listed_visibilities(visitor: Visitor) -> tuple[Visibility, ...]:
        """Of other people's albums."""
        if not visitor.may_explore:
            return ()
        if visitor.is_member:
            return (Visibility.PUBLIC, Visibility.MEMBERS)
        return (Visibility.PUBLIC,)

    @classmethod
    def _own(cls, visitor: Visitor) -> ColumnElement[bool]:
        return cls.user_id == visitor.user_id if visitor.is_member else false()

    @classmethod
    def _shared_with(cls, visitor: Visitor) -> list[ColumnElement[bool]]:
        return [AlbumMember.is_one(cls.id, visitor.user_id)] if visitor.is_member else []

    @classmethod
    def takes_from(cls, user_id: Any) -> ColumnElement[bool]:
        """A condition: this person may put files of theirs into it."""
        return or_(cls.user_id == user_id, AlbumMember.is_one(cls.id, user_id, may_add=True))

    def is_owner(self, visitor: Visitor) -> bool:
        return visitor.is_member and visitor.user_id == self.user_id

    def opens_without_password(self, visitor: Visitor) -> bool:
        """Whether this person opens it by who they are, if they aren't a member of the album."""
        is_for_members = self.visibility == AlbumVisibility.MEMBERS and visitor.is_member
        return self.is_open or is_for_members or self.is_owner(visitor)

    @property
    def is_open(self) -> bool:
        """Whether everybody with the link may open it."""
        return self.visibility in FOR_EVERYBODY

    def lets_in_more_than(self, visibility: Visibility) -> bool:
        """Whether an upload of this visibility is seen in it by people who can't open it else."""
        levels = list(AlbumVisibility)
        own = levels.index(AlbumVisibility(visibility))
        return levels.index(AlbumVisibility(self.visibility)) > own

    @property
    def of_new_uploads(self) -> Visibility:
        """The visibility of what is sent straight into it."""
        has_password = self.visibility == AlbumVisibility.PASSWORD
        return Visibility.PRIVATE if has_password else Visibility(self.visibility)
