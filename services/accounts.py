"""Accounts, sessions and password attempts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models import Attempt, Limit, Offer, SiteFact, Spent, User, UserSession, begin_write, db
from models.role import Role
from models.site_fact import SETUP_TOKEN
from services.audit import Act, record
from services.settings import Settings


class PasswordChanged(Exception):
    """Since it was checked."""


class AlreadySetUp(Exception):
    pass


class WrongProof(Exception):
    """Of a second factor."""


@dataclass(frozen=True)
class SecondStep:
    """``first`` is the secret of the step before, which leads to one session; "" where there was
    none. ``is_proved`` looks at what was given in the transaction in which the session begins.
    """

    first: str
    is_proved: Callable[[], bool]


# of each bucket, which is a keyed hash of who tries or at whom
Limits = Mapping[str, tuple[Limit, ...]]


def create_account(
    settings: Settings, name: str, password: str, role: Role = Role.USER, by: str = ""
) -> User:
    """``by`` is who does it for somebody else, for the audit log. Raises AccountFault."""
    user = User.create(name, password, site_name=settings.site_name, role=role)
    if by:
        record(Act.CREATE_ACCOUNT, by, name, role=role)
    db.session.commit()
    return user


def create_first_account(settings: Settings, name: str, password: str) -> User:
    """An admin's; the set-up link ends. Raises AccountFault, or AlreadySetUp where somebody was
    faster.
    """
    begin_write()  # of two that have the link, one is first
    if not User.none_yet():
        db.session.rollback()
        raise AlreadySetUp()
    user = User.create(name, password, site_name=settings.site_name, role=Role.ADMIN)
    SiteFact.write(SETUP_TOKEN, "")
    db.session.commit()
    return user


def new_setup_token() -> str:
    """The secret of a new set-up link; the old one no longer works."""
    token = SiteFact.issue_secret(SETUP_TOKEN)
    db.session.commit()
    return token


def set_password(settings: Settings, user: User, password: str, by: str = "") -> None:
    """Ends all their sessions, and an offer of their files. ``by`` as of `create_account`. Raises
    BadPassword.
    """
    user.set_password(password, settings.site_name)
    if by:
        record(Act.PASSWORD, by, user.name)
    Offer.end(user)
    db.session.commit()


@dataclass(frozen=True)
class Profile:
    """What a person says of themselves; empty texts are none."""

    display_name: str
    bio: str
    time_zone: str
    is_private: bool


def set_profile(user: User, profile: Profile) -> None:
    user.display_name = profile.display_name or None
    user.bio = profile.bio or None
    user.time_zone = profile.time_zone or None
    user.has_private_profile = profile.is_private
    db.session.commit()


def new_feed_addresses(user: User) -> None:
    """The secret ones that were given out no longer work."""
    user.end_feeds()
    db.session.commit()


def count_try(limits: Limits) -> list[Attempt] | None:
    """The try, counted before the password is looked at; None where there were too many, and then
    nothing is counted.
    """
    tries = [Attempt.take(bucket, of_bucket) for bucket, of_bucket in limits.items()]
    if None in tries:
        db.session.rollback()
        return None
    db.session.commit()
    return [one for one in tries if one]


def change_password(settings: Settings, user: User, password: str, tries: list[Attempt]) -> None:
    """As `set_password`, by somebody who knew the old one: don't count ``tries``, also where the
    new one can't be taken. Raises BadPassword.
    """
    forgive(tries)
    set_password(settings, user, password)


def forgive(tries: list[Attempt]) -> None:
    """Don't count them: what was tried was right."""
    for one in tries:
        one.give_back()
    db.session.commit()


def begin_session(
    user: User, tries: list[Attempt], agent: str = "", second_step: SecondStep | None = None
) -> None:
    """Don't count ``tries``: what they tried was right. ``agent`` is a User-Agent header. Raises
    PasswordChanged where it has been changed since, or its user banned, and WrongProof.
    """
    begin_write()
    if not user.is_unchanged():
        db.session.rollback()
        raise PasswordChanged()
    if second_step and not _is_proved(second_step):
        db.session.rollback()
        raise WrongProof()
    for one in tries:
        one.give_back()
    user.session_token = UserSession.begin(user, agent)
    db.session.commit()


def _is_proved(step: SecondStep) -> bool:
    return (not step.first or Spent.spend(step.first)) and step.is_proved()


def end_session_of(user: User, public_id: str) -> bool:
    """Whether this user had such a session."""
    ended = UserSession.end_of(user, public_id)
    db.session.commit()
    return ended


def end_other_sessions(user: User, token: str) -> None:
    UserSession.end_others(user, token)
    db.session.commit()


def end_session(token: str) -> None:
    UserSession.end(token)
    db.session.commit()


def spend(secret: str) -> bool:
    """Whether this is the first use of a secret that works once."""
    is_first = Spent.spend(secret)
    db.session.commit()
    return is_first
