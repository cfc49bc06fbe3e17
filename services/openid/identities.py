"""Whose account somebody's log-in at a provider is."""

from __future__ import annotations

import logging
import re

from models import Identity, User, begin_write, db
from models.limits import MAX_USER, MIN_USER
from services.audit import Act, record
from services.openid.faults import InUse, NoAccount
from services.openid.told import Told
from services.roles import follow_group
from services.ways_in import LastWayIn, ways_in

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
        follow_group(user, is_admin=admin_group in told.groups)
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


def disconnect(user: User, public_id: str, issuer: str) -> bool:
    """Whether there was such a one. Raises LastWayIn."""
    begin_write()
    found = next((one for one in Identity.of(user) if one.public_id == public_id), None)
    if found and found.issuer == issuer and ways_in(user, issuer) == 1:
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
    record(Act.DISCONNECT, by, user.name)
    db.session.commit()
    log.warning("%s disconnected %s from the provider", by, user.name)


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
