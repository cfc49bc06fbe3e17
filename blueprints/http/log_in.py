"""Log in: passwords that are tried are counted first, and a session begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import session
from flask_login import login_user

from blueprints.http.askers import agent
from blueprints.http.context import keyed_hash, network_address
from blueprints.http.error_page import page
from models import Attempt, Limit, User
from services.accounts import begin_session, count_try

# Wrong passwords only. Typing errors don't lock anyone out; a list of a thousand takes days.
PER_ADDRESS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
PER_NAME = (Limit(50, timedelta(hours=1)),)


def password_tries(name: str) -> list[Attempt] | None:
    """The try, counted; None where there were too many."""
    return count_try(_limits(name))


def too_many_tries(name: str) -> Any:
    wait = max(Attempt.wait(bucket, limits) for bucket, limits in _limits(name).items())
    return *page(429), {"Retry-After": str(max(1, wait))}


def log_in(user: User, tries: list[Attempt]) -> None:
    """``tries`` are no longer counted: the password was right. Raises PasswordChanged."""
    begin_session(user, tries, agent())
    session.clear()
    session.permanent = True
    login_user(user)


def _limits(name: str) -> dict[str, tuple[Limit, ...]]:
    return {
        keyed_hash(f"guess from {network_address()}"): PER_ADDRESS,
        keyed_hash(f"guess at {name.lower()}"): PER_NAME,
    }
