"""What admins do with people: roles, bans. In force at once, in every process: sessions, keys and
pages read the rows.
"""

from __future__ import annotations

import logging

from models import OneTimeLink, User, UserSession, begin_write, db
from models.one_time_link import LinkKind
from models.role import Role, State
from services.audit import PROVIDER, Act, record
from services.errors import NoLongerThere

log = logging.getLogger("keepsake")


class StillWaiting(Exception):
    """Who waits for approval is refused, not banned: a lifted ban would let them in."""


class LastAdmin(Exception):
    """Nobody could look after the site any more."""


def set_role(user: User, role: Role, by: str) -> None:
    """``by`` is who does it, for the log, in which nothing stands where they have it already.
    Raises LastAdmin and NoLongerThere, and then nothing has changed.
    """
    _begin(user, stays_admin=role == Role.ADMIN)
    if user.role == role:
        db.session.rollback()
        return
    record(Act.ROLE, by, user.name, was=user.role, now=role)
    user.role = role
    db.session.commit()
    log.warning("%s gave %s the role %s", by, user.name, role)


def ban(user: User, by: str) -> None:
    """Ends all sessions. Keys are refused until the ban is lifted; files stay as they are. Raises
    LastAdmin, StillWaiting and NoLongerThere, and then nothing has changed.
    """
    _begin(user, stays_admin=False)
    if user.state == State.PENDING:
        db.session.rollback()
        raise StillWaiting()
    if user.state == State.BANNED:
        db.session.rollback()
        return
    user.state = State.BANNED
    UserSession.end_all(user)
    record(Act.BAN, by, user.name)
    db.session.commit()
    log.warning("%s banned %s", by, user.name)


def lift_ban(user: User, by: str) -> None:
    """Of somebody who isn't banned, nothing changes. Raises NoLongerThere."""
    _begin(user, stays_admin=True)
    if user.state == State.BANNED:
        user.state = State.ACTIVE
        record(Act.UNBAN, by, user.name)
        log.warning("%s lifted the ban of %s", by, user.name)
    db.session.commit()


def follow_group(user: User, *, is_admin: bool) -> None:
    """A group of the provider says who is an admin, but for the last one; of others it takes no
    role away. Call it as the one writer, of who is active.
    """
    if is_admin == user.is_admin or user.is_last_admin():
        return
    if not is_admin:
        end_links_of_admins()
    role = Role.ADMIN if is_admin else Role.USER
    record(Act.ROLE, PROVIDER, user.name, was=user.role, now=role)
    user.role = role
    log.warning("By a group of the provider %s has the role %s", user.name, user.role)


def end_links_of_admins() -> None:
    """An admin no longer is one, who may keep links to other people's accounts."""
    OneTimeLink.end_all_of(LinkKind.RESET)


def _begin(user: User, *, stays_admin: bool) -> None:
    begin_write()
    if not user.refresh() or user.state == State.LEAVING:
        db.session.rollback()
        raise NoLongerThere()
    if not stays_admin and user.is_last_admin():
        db.session.rollback()
        raise LastAdmin()
    if not stays_admin and user.is_admin:
        end_links_of_admins()
