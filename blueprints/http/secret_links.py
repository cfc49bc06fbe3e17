"""Guards of pages that a secret link opens. One that was used, has expired or is wrong is answered
the same. Wrong ones are counted before they are looked at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from blueprints.http import words
from blueprints.http.arguments import parse_link_token
from blueprints.http.context import keyed_hash, network_address
from blueprints.http.error_page import page
from models import Attempt, Limit, OneTimeLink
from models.one_time_link import LinkKind
from services.accounts import count_try, give_back

# Neither kept, nor told to what is opened from there. Without an origin its form would be refused.
SECRET_PAGE = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
PER_ADDRESS = (Limit(30, timedelta(hours=1)),)  # a link has 256 bits: this only keeps it quiet


def password_resetter(values: dict[str, Any]) -> Any:
    """Who has a link to set a new password."""
    return _opened(values, LinkKind.RESET)


def email_confirmer(values: dict[str, Any]) -> Any:
    """Who has a link that was sent to an e-mail address."""
    return _opened(values, LinkKind.EMAIL)


def link_ended() -> Any:
    """The answer to a link that doesn't work."""
    return page(404, words.LINK_ENDED)


def _opened(values: dict[str, Any], kind: LinkKind) -> Any:
    token = parse_link_token(values.pop("token"))
    if not token:
        return link_ended()
    limits = {keyed_hash(f"link from {network_address()}"): PER_ADDRESS}
    tries = count_try(limits)
    if tries is None:
        wait = max(Attempt.wait(bucket, of_bucket) for bucket, of_bucket in limits.items())
        return *page(429), {"Retry-After": str(max(1, wait))}
    link = OneTimeLink.find(token, kind)
    if link is None:
        return link_ended()
    give_back(tries)
    values["link"] = link
    return None
