"""Log-in with a provider of OpenID Connect: what the browser keeps in its signed session while its
person is there. It is for one answer, within a while.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from flask import session

from blueprints.http.context import addresses, me, person, site
from services.openid.faults import NotAllowed, NotTrue
from services.openid.told import Begun, Told

if TYPE_CHECKING:
    from services.openid.provider import Provider

LIFETIME = timedelta(minutes=15)
LEEWAY = timedelta(minutes=1)  # that the provider's clock may be slow
MAX_CODE = 4000  # characters
_BEGUN = "openid"
CALLBACK = "/login/openid/callback"


class Answered(NamedTuple):
    """The answer that a browser brings: ``code`` stands for the person; ``connects`` is the row id
    of the account that asked for it in its settings, ``path`` where to go, ``asked_at`` when the
    browser was sent there, and ``asks_again`` to be asked anew.
    """

    begun: Begun
    code: str
    issuer: str
    path: str
    connects: int | None
    asked_at: int
    asks_again: bool

    def is_fresh(self, told: Told) -> bool:
        """Whether somebody was asked there who they are, and not only known by a cookie."""
        return told.asked_at >= self.asked_at - LEEWAY.total_seconds()


def is_offered() -> bool:
    """Whether the site has a provider."""
    return bool(site().config.oidc_issuer)


def provider() -> Provider:
    from services.openid.provider import provider_of

    config = site().config
    return provider_of(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret)


def redirect_uri() -> str:
    """Where the provider sends people back, which is registered there."""
    return addresses().base + CALLBACK


def begin(path: str, *, connects: bool = False) -> str:
    """The address at the provider to go to. Raises ProviderFault."""
    asks_again = person() is not None
    url, begun = provider().begin(redirect_uri(), asks_again=asks_again)
    user = me().id if connects else None
    session[_BEGUN] = [*begun, path, user, int(time.time()), asks_again]
    return url


def parse_answer(args: Mapping[str, str]) -> Answered:
    """Of the answer to what this browser asked, which is over with it: but for what is no answer to
    that, as any page may send a browser here. Raises NotTrue, or NotAllowed for a refusal.
    """
    known = session.get(_BEGUN)
    if not known:
        raise NotTrue("nothing was asked, or it was answered already")
    state, nonce, verifier, path, connects, at, asks_again = known
    said = args.get("state", "")
    if not hmac.compare_digest(said.encode(errors="replace"), state.encode()):
        raise NotTrue("an answer to another question")
    session.pop(_BEGUN)
    if not 0 <= time.time() - at < LIFETIME.total_seconds():
        raise NotTrue("it took too long")
    if connects is not None and (person() is None or me().id != connects):
        raise NotTrue("somebody else is logged in by now")
    code = args.get("code", "")
    if "error" in args or not 0 < len(code) <= MAX_CODE:
        raise NotAllowed(args.get("error", "")[:60])
    begun = Begun(state, nonce, verifier)
    return Answered(begun, code, args.get("iss", ""), path, connects, at, asks_again)
