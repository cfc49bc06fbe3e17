"""An upload that is sent again with the same Idempotency-Key: it is stored once, and answered as
the first time.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import timedelta

from models import DatabaseFault, IdempotencyKey, Upload, begin_write, db, utcnow
from services.errors import OtherUpload, StillRunning, UploadGone
from services.sent_key import KeyClaim
from services.site import Site

log = logging.getLogger("keepsake")

# A process that ends leaves its claims to others at once. This is for one that lives on and could
# not let go; who is longer at work finds out before the upload is stored.
LEASE = timedelta(minutes=15)


def answer_to(site: Site, key_hash: str, fingerprint: str | None = None) -> str | None:
    """The sealed answer to the first upload with this key; None where there is none that is stored
    or on its way. ``fingerprint`` None: whatever it was.

    Raises StillRunning, OtherUpload or UploadGone.
    """
    row = IdempotencyKey.find(key_hash)
    if row is None:
        return None
    if row.sealed is None and not _is_held(site, row):
        return None
    if fingerprint not in (None, row.fingerprint):
        raise OtherUpload()
    if row.sealed is None:
        raise StillRunning()
    if row.upload_id is None or not Upload.is_there(row.upload_id):
        raise UploadGone()
    return row.sealed


def _is_held(site: Site, row: IdempotencyKey) -> bool:
    age = utcnow() - row.claimed_at
    return timedelta(0) <= age < LEASE and site.running.is_alive(row.process)


@contextlib.contextmanager
def claimed(site: Site, claim: KeyClaim) -> Iterator[str | None]:
    """The answer if there is one by now; otherwise the key is the caller's, until the upload is
    stored or refused.
    """
    key = claim.key
    with site.writing:
        begin_write()
        try:
            answer = answer_to(site, key.hash, key.fingerprint)
            if answer is None:
                held = (claim.holder, site.running.id)
                IdempotencyKey.claim(key.hash, key.fingerprint, key.user_id, *held)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
    if answer is not None:
        yield answer
        return
    try:
        yield None
    except BaseException:
        _release(site, claim)
        raise


def _release(site: Site, claim: KeyClaim) -> None:
    """So that a retry may do better."""
    db.session.rollback()
    try:
        with site.writing:
            IdempotencyKey.release(claim.key.hash, claim.holder)
            db.session.commit()
    except DatabaseFault:
        db.session.rollback()
        log.warning("An Idempotency-Key is held for %s", LEASE)
