"""Who is logged in has just given the password again: asked before what would let somebody else in
for good, as the browser may have been left open.
"""

from __future__ import annotations

import time
from datetime import timedelta

from flask import session

LIFETIME = timedelta(minutes=10)
_CONFIRMED = "confirmed"


def confirm() -> None:
    session[_CONFIRMED] = int(time.time())


def is_confirmed() -> bool:
    """In this session; a log-in begins another."""
    at = session.get(_CONFIRMED, 0)
    return bool(0 <= time.time() - at < LIFETIME.total_seconds())
