"""What a browser is asked for when a passkey is made or used: the challenge is in its signed
session until the answer comes, for a few minutes, for one purpose and one answer.
"""

from __future__ import annotations

import time
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import session

from blueprints.http.context import addresses
from services.passkey_answers import Asked, new_challenge

LIFETIME = timedelta(minutes=10)
_CHALLENGE = "passkey"
_PORTS = {"http": 80, "https": 443}


def is_possible() -> bool:
    """Browsers make passkeys for names alone. Whether they let this page use them, which they do
    with HTTPS and on this computer, its script finds out.
    """
    try:
        ip_address(_host())
    except ValueError:
        return True
    return False


def ask(purpose: str, handle: str = "") -> Asked:
    challenge = new_challenge()
    session[_CHALLENGE] = [purpose, challenge, int(time.time()), handle]
    return Asked(_host(), _origin(), challenge, handle)


def asked(purpose: str) -> Asked | None:
    """What the answer that has come is to; None where there was nothing, or too long ago."""
    known, challenge, at, handle = session.pop(_CHALLENGE, ("", "", 0, ""))
    is_new = 0 <= time.time() - at < LIFETIME.total_seconds()
    return Asked(_host(), _origin(), challenge, handle) if known == purpose and is_new else None


def _host() -> str:
    return (urlsplit(addresses().base).hostname or "").encode("idna").decode()


def _origin() -> str:
    """As browsers say it (HTML, 7.1.1): without the scheme's own port."""
    parts = urlsplit(addresses().base)
    is_usual = parts.port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{_host()}" + ("" if is_usual else f":{parts.port}")
