"""The visitor of a request: user or guest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from models.user import User


@dataclass(frozen=True)
class Visitor:
    """``user`` is who is logged in, or whose key it is; None: a guest. Made once a request;
    commands and tests make it by hand. ``opened`` are keys of albums whose password this visitor
    has entered. ``may_explore``: the site says that they may come upon what others list, without
    its link. ``guest`` is a keyed hash of the secret that a guest's browser keeps, which has sent
    something; None for members, whatever their browser sent before they logged in.
    """

    user: User | None = None
    opened: frozenset[str] = frozenset()
    may_explore: bool = True
    guest: str | None = None

    GUEST: ClassVar[Visitor]

    @property
    def is_member(self) -> bool:
        return self.user is not None

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.is_admin

    @property
    def is_moderator(self) -> bool:
        return self.user is not None and self.user.is_moderator

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None


Visitor.GUEST = Visitor()
