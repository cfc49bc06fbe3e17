"""What is encrypted with a key that is derived from the site's secret key."""

from __future__ import annotations

import functools

from flask import current_app

from services.vault import Vault


def vault() -> Vault:
    return _of(str(current_app.secret_key))


def vault_of(token: str) -> Vault:
    """What only who has this token can open."""
    return Vault(str(current_app.secret_key) + token)


@functools.lru_cache(maxsize=2)
def _of(secret_key: str) -> Vault:
    return Vault(secret_key)
