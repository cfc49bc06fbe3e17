"""Faults of the machine under a request: a disk that is full, read-only or gone, a database that is locked, damaged or gone.

503 or 507 with ``Retry-After``, as JSON or as a page that needs neither database nor session.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g

from media.errors import StorageFull, StorageMissing, UploadError
from models import DatabaseFault

# A file over the process' limit (EFBIG) is a kind of full disk, too.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
AWAY = {errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE,
        errno.ENOTCONN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EBUSY, errno.ETXTBSY}


class DatabaseAway(UploadError):
    status = 503
    code = 503
    retry_after = 60


def register(app: Flask, answer: Callable[[UploadError], Any], answer_unexpected: Callable[[Exception], Any]) -> None:
    """``answer`` makes a refusal an answer; ``answer_unexpected`` takes what is no fault of the machine."""

    def answer_database(fault: DatabaseFault) -> Any:
        current_app.logger.error("%s", fault)
        g.database_is_away = True
        return answer(StorageFull() if fault.is_full else DatabaseAway(str(fault)))

    def answer_disk(error: OSError) -> Any:
        refusal = refusal_of(error)
        if refusal is None:
            return answer_unexpected(error)
        current_app.logger.error("%s", error)
        return answer(refusal)

    app.register_error_handler(DatabaseFault, answer_database)
    app.register_error_handler(OSError, answer_disk)


def is_database_away() -> bool:
    """Whether this request found that out already, perhaps after a long wait."""
    return "database_is_away" in g


def refusal_of(error: OSError) -> UploadError | None:
    """What a failed call to the system means for who asked; None where it says nothing of the machine."""
    if error.errno in FULL:
        return StorageFull()
    return StorageMissing() if error.errno in AWAY else None
