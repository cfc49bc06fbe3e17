"""Between the two steps of a log-in: whose password was right, in the browser's signed session, for
a short while and for one log-in. To every page they are a guest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from flask import session

from blueprints.http.context import keyed_hash
from models import User
from models.base import random_id

LIFETIME = timedelta(minutes=10)
_FIRST_STEP = "first_step"


@dataclass(frozen=True)
class FirstStep:
    """``secret`` is of this step alone; ``path`` is where to go after the log-in. ``is_fresh``: it
    was just now that somebody was asked for what the first step took.
    """

    user: User
    secret: str
    path: str
    is_fresh: bool = True


def remember(user: User, path: str, *, is_fresh: bool) -> None:
    """In a session that holds nothing else: somebody else may have begun the one that was there."""
    session.clear()
    session[_FIRST_STEP] = [user.id, _mark(user), int(time.time()), random_id(16), path, is_fresh]


def first_step() -> FirstStep | None:
    """None where there was none, too long ago, or where the password was changed since."""
    if not (known := session.get(_FIRST_STEP)):
        return None
    user_id, mark, at, secret, path, is_fresh = known
    user = User.active(user_id)
    is_new = 0 <= time.time() - at < LIFETIME.total_seconds()
    is_theirs = user is not None and is_new and mark == _mark(user)
    return FirstStep(user, secret, path, is_fresh) if user and is_theirs else None


def _mark(user: User) -> str:
    return keyed_hash(f"first step {user.id} {user.password_hash}")
