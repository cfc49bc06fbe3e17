"""What goes on working after a new password."""

from __future__ import annotations

from flask import flash

from blueprints.http.account_words import STILL_WORKS
from models import ApiKey, Passkey, User


def warn_of_other_ways(user: User) -> None:
    """Somebody who knew the password may have added them."""
    if Passkey.of(user) or ApiKey.of(user):
        flash(str(STILL_WORKS))
