"""Faults of the machine under a request: a disk that is full, read-only or gone, a database that is
locked, damaged or gone.

503 or 507 with ``Retry-After``, as JSON or as a page that needs neither database nor session.
"""

from __future__ import annotations

import errno

from flask import current_app, g

from media.errors import StorageFull, StorageMissing, UploadError, is_full
from models import DatabaseFault

AWAY = {
    errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ENODEV,
    errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
    errno.EBUSY, errno.ETXTBSY,
}  # fmt: skip


class DatabaseAway(UploadError):
    status = 503
    code = 503
    retry_after = 60


def is_database_away() -> bool:
    """Whether this request met the fault already, perhaps after a long wait."""
    return "database_is_away" in g


def refusal_of(error: Exception) -> UploadError | None:
    """Log a fault and return the error to answer with; None if it is no fault of the machine."""
    refusal: UploadError | None = None
    if isinstance(error, DatabaseFault):
        g.database_is_away = True
        refusal = StorageFull() if error.is_full else DatabaseAway(str(error))
    elif isinstance(error, OSError):
        refusal = (
            StorageFull() if is_full(error) else StorageMissing() if error.errno in AWAY else None
        )
    if refusal:
        current_app.logger.error("%s", error)
    return refusal
