"""An Idempotency-Key that came with an upload, and who holds it while that is stored."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from models import IdempotencyKey, Upload
from services.errors import StillRunning


@dataclass(frozen=True)
class SentKey:
    """An Idempotency-Key as its sender, and nobody else, sends it again: see `IdempotencyKey`."""

    hash: str
    fingerprint: str
    user_id: int | None


@dataclass(frozen=True)
class KeyClaim:
    """``seal`` makes the answer that is kept, of an upload and its delete token."""

    key: SentKey
    seal: Callable[[Upload, str], str]
    holder: str = field(default_factory=lambda: secrets.token_hex(8))

    def finish(self, upload: Upload, token: str) -> None:
        """In the transaction that stores the upload. Raises StillRunning where another one has
        taken the claim over.
        """
        sealed = self.seal(upload, token)
        if not IdempotencyKey.finish(self.key.hash, self.holder, upload.id, sealed):
            raise StillRunning()
