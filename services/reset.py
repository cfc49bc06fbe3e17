"""Links that set a new password."""

from __future__ import annotations

from models import OneTimeLink, User, begin_write, db
from models.one_time_link import LinkKind
from services.settings import Settings


class LinkEnded(Exception):
    """It was used or has expired since it was opened."""


def new_reset_link(user: User) -> str:
    """Its token. It works once, for a day."""
    token = OneTimeLink.issue(user, LinkKind.RESET)
    db.session.commit()
    return token


def reset_password(settings: Settings, link: OneTimeLink, password: str) -> None:
    """Ends all sessions and all links of the link's user. Raises BadPassword or LinkEnded."""
    link.user.set_password(password, settings.site_name)
    begin_write()
    if not link.still_works():
        db.session.rollback()
        raise LinkEnded()
    db.session.commit()
