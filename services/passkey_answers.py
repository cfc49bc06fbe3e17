"""Passkeys: what a browser is asked for, and whether its answer is right (WebAuthn, level 2)."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from models import Passkey, User
from models.base import random_id

log = logging.getLogger("keepsake")

MAX_ANSWER = 20_000  # characters; those of real keys have some 1,500
_ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")  # base64url of at most 1,023 bytes (WebAuthn, 4)
CHALLENGE_LENGTH = 43  # letters and digits: 256 bits


class BadPasskey(Exception):
    """An answer that isn't what was asked for."""


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
class Created:
    """What is known of a new passkey, whose answer was right."""

    credential_id: str
    public_key: bytes
    count: int


def verify_new(answer: str, asked: Asked, *, is_alone: bool) -> Created:
    """``is_alone``: it will be all that lets its owner in. Raises BadPasskey."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    known: Any = _verified(
        webauthn.verify_registration_response,
        credential=_parsed(answer),
        expected_challenge=asked.challenge.encode(),
        expected_rp_id=asked.host,
        expected_origin=asked.origin,
        require_user_verification=is_alone,
    )
    name = bytes_to_base64url(known.credential_id)
    return Created(name, known.credential_public_key, known.sign_count)


def verify_use(passkey: Passkey, answer: str, asked: Asked, *, is_alone: bool) -> int:
    """How often it was used, as it counts. Raises BadPasskey."""
    import webauthn

    credential = _parsed(answer)
    used: Any = _verified(
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
    return int(used.new_sign_count)


def credential_id(answer: str) -> str:
    """As the browser wrote it; "" for what can be none."""
    try:
        text = _parsed(answer).get("id")
    except BadPasskey:
        return ""
    return text if isinstance(text, str) and _ID.fullmatch(text) else ""


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


def _check_handle(credential: dict[str, Any], passkey: Passkey, is_alone: bool) -> None:
    """Whose the browser says that it is (WebAuthn, 7.2, step 6). Raises BadPasskey."""
    from webauthn import base64url_to_bytes

    handle = credential["response"].get("userHandle")
    if handle is None and not is_alone:
        return
    if not isinstance(handle, str) or base64url_to_bytes(handle) != passkey.handle:
        raise BadPasskey()


def _verified(verify: Any, **values: Any) -> Any:
    """Raises BadPasskey: the library says of most of what is wrong that it is, and stumbles over
    the rest.
    """
    try:
        return verify(**values)
    except Exception as error:
        # what it says has texts of whoever asks in it
        log.info("A passkey was refused: %s", ascii(str(error))[:300])
        raise BadPasskey() from error
