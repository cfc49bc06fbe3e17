"""Secrets that the server itself has to read again, such as those of authenticator apps: encrypted
with a key that is derived from the site's secret key, so that a copy of the database is not enough.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

_PURPOSE = b"keepsake: secrets of second factors"


class Vault:
    """Fernet: AES-128-CBC with HMAC-SHA256, and the time at which it was sealed."""

    def __init__(self, secret_key: str) -> None:
        from cryptography.fernet import Fernet  # takes 7 MB

        key = hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, within: timedelta | None = None) -> str | None:
        """The text; None where it was sealed with another key, changed, or sealed too long ago."""
        from cryptography.fernet import InvalidToken

        seconds = int(within.total_seconds()) if within else None
        try:
            return self._fernet.decrypt(sealed.encode(errors="replace"), seconds).decode()
        except InvalidToken:
            return None
