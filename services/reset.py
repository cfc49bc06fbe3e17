"""Links that set a new password."""

from __future__ import annotations

import logging

from models import Offer, OneTimeLink, User, begin_write, db
from models.one_time_link import LinkKind
from services.audit import Act, record
from services.settings import Settings

log = logging.getLogger("keepsake")


class LinkEnded(Exception):
    """It was used or has expired since it was opened."""


class NotAllowed(Exception):
    """Whoever asks is no admin any more."""


def new_reset_link(user: User, by: str, creator: User | None = None) -> str:
    """Its token. It works once, for a day. ``by`` is who makes it, for the log; without a
    ``creator`` on the command line. Raises NotAllowed.
    """
    begin_write()  # from a demotion on, there are no links of who was an admin
    if creator and not (creator.refresh() and creator.is_active and creator.is_admin):
        db.session.rollback()
        raise NotAllowed()
    token = OneTimeLink.issue(user, LinkKind.RESET)
    record(Act.RESET_LINK, by, user.name)
    db.session.commit()
    log.warning("%s made a link to set the password of %s", by, user.name)
    return token


def reset_password(settings: Settings, link: OneTimeLink, password: str) -> None:
    """Ends all sessions and all links of the link's user, and an offer of their files.
    Raises BadPassword or LinkEnded.
    """
    user = link.user  # a used link is nobody's
    user.set_password(password, settings.site_name)
    begin_write()
    if not link.still_works():
        db.session.rollback()
        raise LinkEnded()
    Offer.end(user)
    db.session.commit()
