"""Log in: what is tried is counted first, a second factor is asked for, and a session begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import redirect, session, url_for
from flask_login import login_user
from wtforms import Field

from blueprints.http import known_browser, words
from blueprints.http.arguments import path_of_ours
from blueprints.http.askers import agent
from blueprints.http.confirmed import confirm
from blueprints.http.context import keyed_hash, network_address, person
from blueprints.http.error_page import page
from blueprints.http.first_step import FirstStep, remember
from blueprints.http.header_log_in import note_header
from models import Attempt, Limit, SecondFactor, User
from services.accounts import (
    Limits,
    PasswordChanged,
    SecondStep,
    begin_session,
    count_try,
    end_session,
    forgive,
)

# Wrong passwords only. Typing errors don't lock anyone out; a list of a thousand takes days.
PER_ADDRESS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
PER_NAME = (Limit(50, timedelta(hours=1)),)
# Of a million codes, three are right at a time: in a year of guesses, one account in thirty falls
# to who knows its password. Recovery codes can't be guessed, and let its owner in meanwhile.
CODES_PER_PERSON = (Limit(10, timedelta(hours=1)), Limit(30, timedelta(days=1)))


def password_tries(name: str) -> list[Attempt] | None:
    """The try, counted; None where there were too many."""
    return count_try(password_limits(name))


def too_many_tries(
    name: str, beside: Field | None = None, show: Callable[[], str] | None = None
) -> Any:
    return too_many(password_limits(name), beside, show)


def too_many(
    limits: Limits, beside: Field | None = None, show: Callable[[], str] | None = None
) -> Any:
    """How long to wait. ``show`` gives the page of the form, which says it ``beside`` this field
    and keeps what was typed.
    """
    wait = max(1, *(Attempt.wait(bucket, of_bucket) for bucket, of_bucket in limits.items()))
    said, after = words.too_many_tries(wait), {"Retry-After": str(wait)}
    if beside is None or show is None:
        return *page(429, said), after
    beside.errors = (said,)
    return show(), 429, after


def password_limits(name: str) -> Limits:
    if own := _own_limits(name):
        return own
    return {**address_limits(), keyed_hash(f"guess at {name.lower()}"): PER_NAME}


def code_limits(user: User, *, is_of_app: bool) -> Limits:
    """Of guesses at a code; at recovery codes they are counted by address alone."""
    limits = address_limits(user.name)
    if not is_of_app:
        return limits
    return {**limits, keyed_hash(f"guess at a code of {user.id}"): CODES_PER_PERSON}


def address_limits(name: str = "") -> Limits:
    """Of guesses at what nobody can guess. ``name``: of the account, if it is known."""
    return _own_limits(name) or {keyed_hash(f"guess from {network_address()}"): PER_ADDRESS}


def _own_limits(name: str) -> Limits:
    """Of who is logged in, and of a browser that has logged in to this account before: what others
    of the household try is not counted for them. None for all others.
    """
    if user := person():
        return {keyed_hash(f"guess of account {user.id}"): PER_ADDRESS}
    mark = known_browser.mark_of(name) if name else ""
    return {keyed_hash(f"guess of a known browser {mark}"): PER_ADDRESS} if mark else {}


def provider_limits() -> Limits:
    """Of answers that a provider doesn't stand by. Nobody can guess one, so this only keeps it
    quiet, and keeps nobody from their password.
    """
    return {keyed_hash(f"answer of a provider from {network_address()}"): PER_ADDRESS}


def continue_log_in(user: User, tries: list[Attempt], path: str, *, is_fresh: bool = True) -> Any:
    """After the password was right, or a provider said who it is: to the second factor, if there is
    one, or in. ``path`` is where to go then, ``is_fresh`` as in `FirstStep`. Raises
    PasswordChanged.
    """
    if SecondFactor.of(user):
        if not user.is_unchanged():
            raise PasswordChanged()
        forgive(tries)
        remember(user, path_of_ours(path), is_fresh=is_fresh)
        return redirect(url_for("second_step.show"), 303)
    log_in(user, tries)
    return redirect(path_of_ours(path) or url_for("upload.home"))


def log_in(user: User, tries: list[Attempt]) -> None:
    """Without asking for a second factor. ``tries`` are no longer counted: the password was right.
    Raises PasswordChanged.
    """
    begin_session(user, tries, agent())
    _enter(user)


def log_in_by(first: FirstStep, tries: list[Attempt], is_proved: Callable[[], bool]) -> Any:
    """With both factors, so that the same isn't asked once more a moment later. Raises
    PasswordChanged and WrongProof.
    """
    begin_session(first.user, tries, agent(), SecondStep(first.secret, is_proved))
    _enter(first.user)
    if first.is_fresh:
        confirm()
    return redirect(path_of_ours(first.path) or url_for("upload.home"), 303)


def _enter(user: User) -> None:
    """In the place of whoever this browser was logged in as."""
    if before := str(session.get("_user_id", "")):
        end_session(before)
    session.clear()
    session.permanent = True
    note_header()
    login_user(user)
    known_browser.remember(user.name)
