"""Guards of pages that a secret link opens. One that was used, has expired or is wrong is answered
the same. Wrong ones are counted before they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from blueprints.http import words
from blueprints.http.arguments import parse_link_token
from blueprints.http.context import keyed_hash, network_address, site
from blueprints.http.error_page import page
from blueprints.http.log_in import too_many
from models import Invitation, Limit, OneTimeLink
from models.one_time_link import LinkKind
from services.accounts import count_try, forgive
from services.invitations import invitations_work

# Neither kept, nor told to what is opened from there. Without an origin its form would be refused.
SECRET_PAGE = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
PER_ADDRESS = (Limit(30, timedelta(hours=1)),)  # a link has 256 bits: this only keeps it quiet


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
    limits = {keyed_hash(f"link from {network_address()}"): PER_ADDRESS}
    tries = count_try(limits)
    if tries is None:
        return too_many(limits)
    values[name] = find(token)
    if values[name] is None:
        return link_ended()
    forgive(tries)
    return None
