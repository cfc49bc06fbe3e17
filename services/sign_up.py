"""Accounts that people create themselves, and that wait until an admin approves."""

from __future__ import annotations

import logging

from models import User, begin_write, db
from models.accounts import is_room_to_wait
from models.role import State
from services.audit import Act, record
from services.errors import NoLongerThere
from services.settings import Settings

log = logging.getLogger("keepsake")


class TooManyWaiting(Exception):
    pass


def is_open(settings: Settings) -> bool:
    return settings.sign_up == "approval"


def sign_up(settings: Settings, name: str, password: str) -> User:
    """An account that waits. Raises AccountFault or TooManyWaiting, and then there is none."""
    user = User.create(name, password, site_name=settings.site_name)
    user.state = State.PENDING
    begin_write()  # behind the hash, which takes long
    try:
        user.check_still_free()
        if not is_room_to_wait():
            raise TooManyWaiting()
        db.session.commit()
    except (ValueError, TooManyWaiting):
        db.session.rollback()
        raise
    return user


def approve(user: User, by: str) -> None:
    """``by`` is who does it, for the log. Raises NoLongerThere where the account doesn't wait any
    more.
    """
    _begin(user)
    user.state = State.ACTIVE
    record(Act.APPROVE, by, user.name)
    db.session.commit()
    log.warning("%s approved the account %s", by, user.name)


def refuse(user: User, by: str) -> None:
    """The account, which has nothing yet, is deleted. Raises as `approve`."""
    _begin(user)
    name = user.name
    user.delete()
    record(Act.REFUSE, by, name)
    db.session.commit()
    log.warning("%s refused the account %s", by, name)


def _begin(user: User) -> None:
    begin_write()
    if not user.refresh() or user.state != State.PENDING:
        db.session.rollback()
        raise NoLongerThere()
