"""What lets somebody log in to their account."""

from __future__ import annotations

from models import Identity, Passkey, User


class LastWayIn(Exception):
    """Without it, nobody could log in to this account."""


def ways_in(user: User, issuer: str) -> int:
    """How many there are: a password, passkeys, log-ins at the provider of today, ``issuer``."""
    return int(user.has_password) + len(Passkey.of(user)) + len(Identity.of(user, issuer))
