"""Passkeys: what a browser is asked for, and whether its answer is right (WebAuthn, level 2)."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from models import Passkey, RecoveryCode, SecondFactor, Spent, User, begin_write, db
from models.base import random_id
from models.passkey import MOST

log = logging.getLogger("keepsake")

MAX_ANSWER = 20_000  # characters; those of real keys have some 1,500
_ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")  # base64url of at most 1,023 bytes (WebAuthn, 4)
CHALLENGE_LENGTH = 43  # letters and digits: 256 bits


class BadPasskey(Exception):
    """An answer that isn't what was asked for."""


class TooManyPasskeys(Exception):
    pass


class LastWayIn(Exception):
    """Without it its owner, who has no password, could not log in."""


@dataclass(frozen=True)
class Asked:
    """What an answer has to be of: this site (the "relying party"), and this challenge, which is
    right once. ``handle`` is what the options of a new one called the person, as hexadecimal.
    """

    host: str
    origin: str
    challenge: str
    handle: str = ""


def handle_for(user: User | None) -> str:
    """The same for all passkeys of one person, else a new one."""
    return Passkey.handle_for(user).hex()


def new_challenge() -> str:
    return random_id(CHALLENGE_LENGTH)


def creation_options(name: str, asked: Asked, site_name: str, user: User | None = None) -> str:
    """For ``navigator.credentials.create``, as JSON. Without ``user``, who has no account yet, it
    will be all that lets them in: the browser has to offer it by itself, and make sure whose it is.
    """
    import webauthn
    from webauthn.helpers import structs

    resident, verification = structs.ResidentKeyRequirement, structs.UserVerificationRequirement
    options = webauthn.generate_registration_options(
        rp_id=asked.host,
        rp_name=site_name,
        user_id=bytes.fromhex(asked.handle),
        user_name=name,
        challenge=asked.challenge.encode(),
        exclude_credentials=_descriptors(user) if user else None,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=resident.PREFERRED if user else resident.REQUIRED,
            user_verification=verification.PREFERRED if user else verification.REQUIRED,
        ),
    )
    return webauthn.options_to_json(options)


def request_options(asked: Asked, user: User | None) -> str:
    """For ``navigator.credentials.get``, as JSON. Without ``user`` the browser offers what it has,
    and its owner has to show that it is them.
    """
    import webauthn
    from webauthn.helpers import structs

    verification = structs.UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=asked.host,
        challenge=asked.challenge.encode(),
        allow_credentials=_descriptors(user) if user else None,
        user_verification=verification.PREFERRED if user else verification.REQUIRED,
    )
    return webauthn.options_to_json(options)


@dataclass(frozen=True)
class Made:
    """A passkey whose answer was right, but for what the database knows."""

    credential_id: str
    public_key: bytes
    count: int
    asked: Asked

    def add_to(self, user: User, name: str) -> None:
        """Call it as the one writer. Raises BadPasskey where it is somebody's, or was added."""
        if not Spent.spend(self.asked.challenge) or Passkey.by_credential(self.credential_id):
            raise BadPasskey()
        handle = bytes.fromhex(self.asked.handle)
        Passkey.add(user, name, handle, self.credential_id, self.public_key, self.count)


def made(answer: str, asked: Asked, *, is_alone: bool) -> Made:
    """``is_alone``: it will be all that lets its owner in. Raises BadPasskey."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    known: Any = _checked(
        webauthn.verify_registration_response,
        credential=_parsed(answer),
        expected_challenge=asked.challenge.encode(),
        expected_rp_id=asked.host,
        expected_origin=asked.origin,
        require_user_verification=is_alone,
    )
    name = bytes_to_base64url(known.credential_id)
    return Made(name, known.credential_public_key, known.sign_count, asked)


def register(user: User, name: str, answer: str, asked: Asked) -> None:
    """Raises BadPasskey, and TooManyPasskeys."""
    new = made(answer, asked, is_alone=False)
    begin_write()
    try:
        if len(Passkey.of(user)) >= MOST:
            raise TooManyPasskeys()
        new.add_to(user, name)
    except (BadPasskey, TooManyPasskeys):
        db.session.rollback()
        raise
    db.session.commit()
    log.info("%s added a passkey", user.name)


def owner_of(answer: str) -> User | None:
    """Who says to log in; whether it is them, `is_proof` finds out."""
    passkey = Passkey.by_credential(_credential_id(answer))
    return passkey.user if passkey else None


def is_proof(user: User, answer: str, asked: Asked, *, is_alone: bool) -> bool:
    """Whether the answer is of one of their passkeys, which counts on; the challenge is used up.
    ``is_alone``: it stands for a password, too. Call it as the one writer.
    """
    import webauthn

    passkey = Passkey.by_credential(_credential_id(answer))
    if passkey is None or passkey.user_id != user.id or not Spent.spend(asked.challenge):
        return False
    try:
        credential = _parsed(answer)
        used: Any = _checked(
            webauthn.verify_authentication_response,
            credential=credential,
            expected_challenge=asked.challenge.encode(),
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=is_alone,
        )
        _check_handle(credential, passkey, is_alone)
    except BadPasskey:
        return False
    passkey.use(used.new_sign_count)
    return True


def is_confirmed(user: User, answer: str, asked: Asked) -> bool:
    """Whether it is them, who are logged in."""
    begin_write()
    if not is_proof(user, answer, asked, is_alone=True):
        db.session.rollback()
        return False
    db.session.commit()
    return True


def remove(user: User, public_id: str) -> None:
    """With the last one goes a second factor that is passkeys alone. Raises LastWayIn."""
    begin_write()
    Passkey.end(user, public_id)
    is_last = not Passkey.of(user)
    if is_last and not user.has_password:
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


def _descriptors(user: User) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id))
        for one in Passkey.of(user)
    ]


def _parsed(answer: str) -> dict[str, Any]:
    """Raises BadPasskey."""
    try:
        value = json.loads(answer) if len(answer) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadPasskey()
    return value


def _credential_id(answer: str) -> str:
    """As the browser wrote it; "" for what can be none."""
    try:
        text = _parsed(answer).get("id")
    except BadPasskey:
        return ""
    return text if isinstance(text, str) and _ID.fullmatch(text) else ""


def _check_handle(credential: dict[str, Any], passkey: Passkey, is_alone: bool) -> None:
    """Whose the browser says that it is (WebAuthn, 7.2, step 6). Raises BadPasskey."""
    from webauthn import base64url_to_bytes

    handle = credential["response"].get("userHandle")
    if handle is None and not is_alone:
        return
    if not isinstance(handle, str) or base64url_to_bytes(handle) != passkey.handle:
        raise BadPasskey()


def _checked(verify: Any, **values: Any) -> Any:
    """Raises BadPasskey: the library says of most of what is wrong that it is, and stumbles over
    the rest.
    """
    try:
        return verify(**values)
    except Exception as error:
        log.info("A passkey was refused: %s", error)
        raise BadPasskey() from error
