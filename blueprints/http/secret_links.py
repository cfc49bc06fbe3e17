"""Guards of pages that a secret link opens. One that was used, has expired or is wrong is answered
the same. Wrong ones aren't counted: nobody guesses 256 bits, and pictures on any page could ask for
them in the name of whoever looks at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blueprints.http import words
from blueprints.http.arguments import parse_link_token
from blueprints.http.context import site
from blueprints.http.error_page import page
from models import Invitation, OneTimeLink
from models.one_time_link import LinkKind
from services.invitations import invitations_work

# Neither kept, nor told to what is opened from there. Without an origin its form would be refused.
SECRET_PAGE = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}


def password_resetter(values: dict[str, Any]) -> Any:
    """Who has a link to set a new password."""
    return _opened(values, lambda token: OneTimeLink.find(token, LinkKind.RESET), "link")


def email_confirmer(values: dict[str, Any]) -> Any:
    """Who has a link that was sent to an e-mail address."""
    return _opened(values, lambda token: OneTimeLink.find(token, LinkKind.EMAIL), "link")


def link_ended() -> Any:
    """The answer to a link that doesn't work."""
    return page(404, words.LINK_ENDED)


def invitee(values: dict[str, Any]) -> Any:
    """Who has an invitation, while people can create accounts by one."""
    if not invitations_work(site().settings):
        return link_ended()
    may = site().settings.members_invite
    return _opened(values, lambda token: Invitation.find(token, members_invite=may), "invitation")


def _opened(values: dict[str, Any], find: Callable[[str], object | None], name: str) -> Any:
    """Puts what ``find`` gives for the token in its place, under ``name``."""
    token = parse_link_token(values.pop("token"))
    if not token:
        return link_ended()
    values[name] = find(token)
    return link_ended() if values[name] is None else None
