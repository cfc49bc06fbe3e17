"""Whose account somebody's log-in at a provider is."""

from __future__ import annotations

import logging
import re

from models import Identity, OneTimeLink, Passkey, User, begin_write, db
from models.limits import MAX_USER, MIN_USER
from models.one_time_link import LinkKind
from models.role import Role
from services.openid.faults import InUse, LastWayIn, NoAccount
from services.openid.told import Told

NAMELESS = "member"
log = logging.getLogger("keepsake")


def enter(told: Told, *, creates: bool, admin_group: str) -> User:
    """The account of who logged in there. It is found by what connects them alone, never by a name
    or an e-mail address, which others may choose there. Raises NoAccount.
    """
    begin_write()  # of two at once, one makes the account
    identity = Identity.find(told.issuer, told.subject)
    if identity is None and (not creates or User.none_yet()):
        db.session.rollback()
        raise NoAccount()
    if identity is None:
        user = User.create_without_password(_free_name(told.name))
        identity = Identity.add(user, told.issuer, told.subject, told.name)
        db.session.flush()
    identity.use()
    user = identity.user
    if admin_group and user.is_active:
        _set_role(user, is_admin=admin_group in told.groups)
    db.session.commit()
    return user


def connect(user: User, told: Told) -> None:
    """From now on they log in to this account. Raises InUse."""
    begin_write()
    identity = Identity.find(told.issuer, told.subject)
    if identity is None:
        Identity.add(user, told.issuer, told.subject, told.name)
    elif identity.user_id != user.id:
        db.session.rollback()
        raise InUse()
    db.session.commit()


def disconnect(user: User, public_id: str) -> bool:
    """Whether there was such a one. Raises LastWayIn."""
    begin_write()
    identities = Identity.of(user)
    found = next((one for one in identities if one.public_id == public_id), None)
    has_other_way = len(identities) > 1 or user.has_password or Passkey.of(user)
    if found and not has_other_way:
        db.session.rollback()
        raise LastWayIn()
    if found:
        found.end()
    db.session.commit()
    return found is not None


def disconnect_all(user: User, by: str) -> None:
    """By an admin: nobody logs in so any more, and all their sessions end."""
    Identity.end_all(user)
    user.sessions.clear()
    db.session.commit()
    log.warning("%s disconnected %s from the provider", by, user.name)


def _set_role(user: User, *, is_admin: bool) -> None:
    """The group says who is an admin, but for the last one."""
    if is_admin == user.is_admin or user.is_last_admin():
        return
    user.role = Role.ADMIN if is_admin else Role.USER
    if not is_admin:  # who may keep links to other people's accounts
        OneTimeLink.end_all_of(LinkKind.RESET)
    log.warning("By a group of the provider %s has the role %s", user.name, user.role)


def _free_name(wished: str) -> str:
    """As much of it as a name may have, with a number where it is taken."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", wished).strip("_.-")[: MAX_USER - 6]
    name = name if len(name) >= MIN_USER else NAMELESS
    if not User.is_taken(name):
        return name
    number = 2
    while User.is_taken(f"{name}-{number}"):
        number += 1
    return f"{name}-{number}"
