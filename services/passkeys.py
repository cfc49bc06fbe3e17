"""Passkeys: added, used, removed."""

from __future__ import annotations

import logging

from models import Passkey, RecoveryCode, SecondFactor, Spent, User, begin_write, db
from models.passkey import MOST
from services.passkey_answers import (
    Asked,
    BadPasskey,
    Created,
    credential_id,
    verify_new,
    verify_use,
)
from services.ways_in import LastWayIn, ways_in

log = logging.getLogger("keepsake")


class TooManyPasskeys(Exception):
    pass


def add(user: User, name: str, new: Created, asked: Asked) -> None:
    """Call it as the one writer, with what was checked before, as that takes time. Raises
    BadPasskey, also where it is somebody's already.
    """
    if not Spent.spend(asked.challenge) or Passkey.by_credential(new.credential_id):
        raise BadPasskey()
    handle = bytes.fromhex(asked.handle)
    Passkey.add(user, name, handle, new.credential_id, new.public_key, new.count)


def register(user: User, name: str, answer: str, asked: Asked) -> None:
    """Another one. Raises BadPasskey, and TooManyPasskeys."""
    new = verify_new(answer, asked, is_alone=False)
    begin_write()
    try:
        if len(Passkey.of(user)) >= MOST:
            raise TooManyPasskeys()
        add(user, name, new, asked)
    except (BadPasskey, TooManyPasskeys):
        db.session.rollback()
        raise
    db.session.commit()
    log.info("%s added a passkey", user.name)


def owner_of(answer: str) -> User | None:
    """Who says to log in; whether it is them, `is_proof` finds out."""
    passkey = Passkey.by_credential(credential_id(answer))
    return passkey.user if passkey else None


def is_proof(user: User, answer: str, asked: Asked, *, is_alone: bool) -> bool:
    """Whether the answer is of one of their passkeys, which counts on; the challenge is used up.
    ``is_alone``: it stands for a password, too. Call it as the one writer.
    """
    passkey = Passkey.by_credential(credential_id(answer))
    if passkey is None or passkey.user_id != user.id or not Spent.spend(asked.challenge):
        return False
    try:
        passkey.use(verify_use(passkey, answer, asked, is_alone=is_alone))
    except BadPasskey:
        return False
    return True


def is_confirmed(user: User, answer: str, asked: Asked) -> bool:
    """Whether it is them, who are logged in."""
    begin_write()
    if not is_proof(user, answer, asked, is_alone=True):
        db.session.rollback()
        return False
    db.session.commit()
    return True


def remove(user: User, public_id: str, issuer: str) -> None:
    """``issuer`` is today's provider of log-ins, or "". With the last one goes a second factor that
    is passkeys alone. Raises LastWayIn.
    """
    begin_write()
    Passkey.end(user, public_id)
    is_last = not Passkey.of(user)
    if not ways_in(user, issuer):
        db.session.rollback()
        raise LastWayIn()
    factor = SecondFactor.of(user)
    if is_last and factor and factor.sealed_secret is None:
        SecondFactor.turn_off(user)
        RecoveryCode.end(user)
    db.session.commit()


def ask_for_one(user: User) -> list[str] | None:
    """With the password, from now on. The recovery codes, which are shown once; None where there is
    no passkey, or a second factor is on already.
    """
    begin_write()
    if SecondFactor.of(user) or not Passkey.of(user):
        db.session.rollback()
        return None
    SecondFactor.turn_on(user, None)
    codes = RecoveryCode.issue(user)
    db.session.commit()
    log.info("%s switched a second factor on", user.name)
    return codes
