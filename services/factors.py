"""Second factors: codes of an authenticator app (TOTP, RFC 6238) and recovery codes."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator

import pyotp

from models import Passkey, RecoveryCode, SecondFactor, User, begin_write, db
from services.audit import Act, record
from services.settings import Settings
from services.vault import Vault
from services.ways_in import ways_in

log = logging.getLogger("keepsake")

STEP = 30  # seconds that a code is shown
SKEW = 1  # steps that a clock may be off
_DIGITS = re.compile(r"[0-9]{6}")


def is_required(settings: Settings, user: User) -> bool:
    rule = settings.require_second_factor
    return rule == "everyone" or (rule == "admins" and user.is_admin)


def lacks_factor(settings: Settings, user: User, issuer: str) -> bool:
    """Whether they have to set one up. Where passkeys are the only way in, each is both factors.
    ``issuer`` is today's provider of log-ins, or "".
    """
    if not is_required(settings, user) or SecondFactor.of(user):
        return False
    passkeys = len(Passkey.of(user))
    return not passkeys or ways_in(user, issuer) > passkeys


def new_secret() -> str:
    """160 bits as base32 (RFC 4226, 4: at least 128)."""
    return pyotp.random_base32()


def address_for_apps(secret: str, name: str, site_name: str) -> str:
    """What the QR code holds, an ``otpauth:`` URL."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=site_name.replace(":", " "))


def is_code(text: str) -> bool:
    """Whether it can be a code of an app; else it may be a recovery code."""
    return bool(_DIGITS.fullmatch(_compact(text)))


def turn_on(user: User, secret: str, code: str, vault: Vault) -> list[str] | None:
    """The recovery codes, which are shown once; None where the code is wrong."""
    step = next((step for step, right in _codes(secret) if right == _compact(code)), None)
    if step is None:
        return None
    begin_write()
    SecondFactor.turn_on(user, vault.seal(secret), step)
    codes = RecoveryCode.issue(user)
    db.session.commit()
    log.info("%s switched a second factor on", user.name)
    return codes


def renew_recovery_codes(user: User) -> list[str]:
    """The old ones no longer work."""
    codes = RecoveryCode.issue(user)
    db.session.commit()
    return codes


def turn_off(user: User) -> None:
    """Passkeys stay: alone, they are both factors."""
    _forget(user)
    db.session.commit()
    log.info("%s switched the second factor off", user.name)


def use_code(user: User, text: str, vault: Vault) -> bool:
    """Whether it was right. It no longer is."""
    begin_write()
    if not is_proof(user, text, vault):
        db.session.rollback()
        return False
    db.session.commit()
    return True


def reset(user: User, by: str) -> None:
    """Of somebody who lost their phone: log-in asks for the password alone, no passkey works, and
    all their sessions end.
    """
    _forget(user)
    Passkey.end_all(user)
    user.sessions.clear()
    record(Act.RESET_FACTORS, by, user.name)
    db.session.commit()
    log.info("%s switched the second factor of %s off", by, user.name)


def is_proof(user: User, text: str, vault: Vault) -> bool:
    """Whether it is a code of their app or a recovery code, which is used up now. Call it as the
    one writer.
    """
    if not is_code(text):
        return RecoveryCode.take(user, text)
    factor = SecondFactor.of(user)
    if factor is None or factor.sealed_secret is None:
        return False
    secret = vault.open(factor.sealed_secret)
    if secret is None:
        log.warning(
            "The codes of %s can't be checked: secret_key in the data folder is another one. "
            "Recovery codes still work.",
            user.name,
        )
        return False
    return factor.take(_compact(text), _codes(secret))


def _codes(secret: str) -> Iterator[tuple[int, str]]:
    """The codes that are right now, with the steps that they are of."""
    now = int(time.time()) // STEP
    for step in range(now - SKEW, now + SKEW + 1):
        yield step, pyotp.TOTP(secret).generate_otp(step)


def _compact(text: str) -> str:
    """Apps show codes in two groups."""
    return re.sub(r"[\s-]", "", text)


def _forget(user: User) -> None:
    SecondFactor.turn_off(user)
    RecoveryCode.end(user)
