"""Whose page a visitor may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from models.user import User
from models.visitor import Visitor


def profile_seen_by(visitor: Visitor) -> ColumnElement[bool]:
    """A condition on users."""
    shown = ~User.has_private_profile
    if visitor.is_moderator:
        shown = true()
    elif visitor.is_member:
        shown = or_(shown, User.id == visitor.user_id)
    return User.is_in_use() & shown
