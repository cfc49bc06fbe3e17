"""What goes on working after a new password."""

from __future__ import annotations

from flask import flash

from blueprints.http.account_words import STILL_WORKS
from blueprints.http.context import site
from models import ApiKey, Identity, Passkey, User


def warn_of_other_ways(user: User) -> None:
    """Somebody who knew the password may have added them."""
    if Passkey.of(user) or ApiKey.of(user) or Identity.of(user, site().config.oidc_issuer):
        flash(str(STILL_WORKS))
