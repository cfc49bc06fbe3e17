"""What holds for an upload that doesn't say it itself."""

from __future__ import annotations

from datetime import tzinfo

from models import User, Visibility, db
from services.settings import Settings


def default_visibility(
    settings: Settings, user: User | None, of_key: str | None = None
) -> Visibility:
    """The key's that it came with, the person's, the site's: the first of them that is set."""
    return Visibility(of_key or (user and user.visibility) or settings.visibility)


def zone_of(settings: Settings, user: User | None) -> tzinfo:
    """In which a camera's clock is read that says no zone: the person's, else the site's."""
    return (user and user.zone) or settings.zone


def set_visibility(user: User, visibility: Visibility) -> None:
    """For what they upload from now on, where nothing else is said."""
    user.visibility = visibility
    db.session.commit()
