"""Who may open an upload, find it in listings or change it, and which root its files belong in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, and_, false, func, null, or_, text, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import UtcDateTime, random_id, utcnow
from models.opened_as_moderator import OpenedAsModerator
from models.upload.search import Listed
from models.visibility import FOR_EVERYBODY, Visibility
from models.visitor import Visitor

__all__ = ["FOR_EVERYBODY", "Access", "Visibility", "unindexed"]

# as the indexes of what somebody has say it, word for word
IS_HERE = "binned_at IS NULL AND version_of_id IS NULL"
ID_LENGTH = 8  # 62 to the 8th: not to be found by trying
PUBLIC, PRIVATE = "public", "private"  # the storage's roots


class Access:
    """``leftovers`` is what could not be cleaned: such an upload is private. ``root`` is where the
    files lie now.

    What isn't approved is private, whatever its owner chose, so that all that asks who may see it
    knows: ``waits_as`` is the visibility that it gets once a moderator has approved it. None: it
    doesn't wait; of what isn't approved: its owner shows it to nobody. Until then, triggers keep it
    out of albums that others may open (migration 0053). ``is_hidden``: a moderator has hidden it,
    so only a moderator shows it again, whoever's uploads are reviewed.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # of a guest's upload: a keyed hash of the secret that the browser keeps which sent it
    guest_browser: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(default=Visibility.UNLISTED)
    root: Mapped[str]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leftovers: Mapped[str | None]
    is_approved: Mapped[bool] = mapped_column(default=True, server_default=true())
    waits_as: Mapped[str | None]
    is_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())

    @staticmethod
    def new_public_id() -> str:
        return random_id(ID_LENGTH)

    @classmethod
    def alive(cls, at: datetime | None = None) -> ColumnElement[bool]:
        """A condition: not expired."""
        ends = unindexed(cls.expires_at)
        return or_(ends.is_(None), ends > (at or utcnow()))

    @classmethod
    def openable_by(cls, visitor: Visitor, at: datetime | None = None) -> ColumnElement[bool]:
        """A condition: not expired, and this visitor may open it. A moderator opens what waits for
        approval, and what is private only after having said so.
        """
        return and_(cls.alive(at), cls.meant_for(visitor))

    @classmethod
    def meant_for(cls, visitor: Visitor) -> ColumnElement[bool]:
        """The same, also of what has expired."""
        if visitor.is_moderator:
            opened = cls.public_id.in_(OpenedAsModerator.ids_open_to(visitor.user_id))
            is_shared = cls.visibility != Visibility.PRIVATE
            waits = cls.waits_as.is_not(None)
            return or_(is_shared, waits, cls._own(visitor), opened)
        seen = (*FOR_EVERYBODY, Visibility.MEMBERS) if visitor.is_member else FOR_EVERYBODY
        may_see = [cls.visibility == one for one in seen]  # cheaper to prepare than IN (...)
        own = cls.sent_as_guest(visitor.guest) if visitor.guest else cls._own(visitor)
        return or_(*may_see, own)

    @classmethod
    def listed_to(cls, visitor: Visitor) -> ColumnElement[bool]:
        """A condition, narrower than `openable_by`: what visitors come upon who don't have the
        link. What will expire is listed to its owner alone.
        """
        lasting = unindexed(cls.expires_at).is_(None)
        others = and_(cls.visibility.in_(cls.listed_visibilities(visitor)), lasting)
        return and_(cls.alive(), or_(others, cls._own(visitor)))

    @classmethod
    def listed_by_index(cls, visitor: Visitor) -> Listed:
        """The same for the index of words."""
        return Listed(cls.listed_visibilities(visitor), visitor.user_id)

    @staticmethod
    def listed_visibilities(visitor: Visitor) -> tuple[Visibility, ...]:
        """Of other people's uploads."""
        if visitor.is_moderator:
            return (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.UNLISTED)
        if visitor.is_member:
            return (Visibility.PUBLIC, Visibility.MEMBERS)
        return (Visibility.PUBLIC,)

    @staticmethod
    def shown_visibilities(visitor: Visitor) -> tuple[Visibility, ...]:
        """Of what its owners show to visitors like this one, who may be a moderator."""
        members = (Visibility.PUBLIC, Visibility.MEMBERS)
        return members if visitor.is_member else (Visibility.PUBLIC,)

    @classmethod
    def _own(cls, visitor: Visitor) -> ColumnElement[bool]:
        return cls.user_id == visitor.user_id if visitor.is_member else false()

    @classmethod
    def sent_as_guest(cls, browser: str) -> ColumnElement[bool]:
        """A condition: by this browser, and nobody's who has an account."""
        return and_(unindexed(cls.user_id).is_(None), cls.guest_browser == browser)

    def is_owner(self, visitor: Visitor) -> bool:
        """Whether the upload is this visitor's: of the account, or of a guest's browser."""
        if visitor.is_member:
            return visitor.user_id == self.user_id
        is_of_guest = self.user_id is None and self.guest_browser is not None
        return is_of_guest and self.guest_browser == visitor.guest

    def has_original_for(self, visitor: Visitor) -> bool:
        """Only an owner with an account gets the original; no moderator, and no guest, whose
        browser may be one that others use.
        """
        return visitor.is_member and self.is_owner(visitor)

    def may_edit(self, visitor: Visitor) -> bool:
        """Its owner, or a moderator."""
        return visitor.is_moderator or self.is_owner(visitor)

    def is_openable_by(self, visitor: Visitor) -> bool:
        """`openable_by`, of an upload that is loaded, but for what a moderator has opened on
        purpose: whether its own addresses answer this visitor.
        """
        is_for_members = self.visibility == Visibility.MEMBERS and visitor.is_member
        return self.is_open or is_for_members or self.is_owner(visitor)

    def show_as(self, visibility: Visibility) -> None:
        """Its visibility from now on, or once it is approved. What couldn't be cleaned is
        private.
        """
        is_shown = visibility != Visibility.PRIVATE and not self.leftovers
        now = is_shown and self.is_approved
        self.visibility = visibility if now else Visibility.PRIVATE
        self.waits_as = visibility if is_shown and not now else None

    def approve(self) -> None:
        """Show it to others as its owner chose."""
        visibility = self.chosen_visibility
        self.is_approved, self.is_hidden = True, False
        self.show_as(visibility)

    def hide(self) -> None:
        """Until a moderator approves it."""
        self.is_approved, self.is_hidden = False, True
        self.show_as(Visibility(self.visibility))

    @property
    def chosen_visibility(self) -> Visibility:
        """What its owner chose, whether or not it waits."""
        return Visibility(self.waits_as or self.visibility)

    @property
    def waits(self) -> bool:
        """Whether a moderator has to approve it before others see it."""
        return self.waits_as is not None

    @property
    def is_open(self) -> bool:
        """Whether everybody with the link may open it."""
        return self.visibility in FOR_EVERYBODY

    @property
    def is_shown_around(self) -> bool:
        """Whether others are told of it: it is for everybody or all members, and won't expire."""
        return self.visibility in (Visibility.PUBLIC, Visibility.MEMBERS) and not self.expires_at

    @property
    def belongs_in(self) -> str:
        """The root: public only while anyone with the address may have the files, and nothing
        private is left in them.
        """
        return PUBLIC if self.is_open and not self.expires_at and not self.leftovers else PRIVATE


def unindexed(column: Any) -> Any:
    """The column, but SQLite won't walk its index for it: a listing is read in its own order, or
    from what was searched for.
    """
    return func.coalesce(column, null())


def not_away() -> ColumnElement[bool]:
    """A condition: neither in the bin nor a version. `alive` says so, too; this finds an index that
    hasn't thousands of them in between.
    """
    return and_(text(IS_HERE))
