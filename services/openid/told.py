"""What the browser keeps while somebody logs in at a provider, and what that tells of them."""

from __future__ import annotations

from typing import NamedTuple


class Begun(NamedTuple):
    """Secrets of one log-in: against other sites' answers, against old ones, and of PKCE."""

    state: str
    nonce: str
    verifier: str


class Told(NamedTuple):
    """Who somebody is there. ``name`` is how they may be called here, ``groups`` where they are,
    ``asked_at`` when they were last asked who they are, in seconds; 0 where it doesn't say.
    """

    issuer: str
    subject: str
    name: str
    groups: frozenset[str]
    asked_at: float
