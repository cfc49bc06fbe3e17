"""Delete expired uploads, which nobody can open any more."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models import Payload, Upload, db
from services.errors import Busy
from services.jobs.kind import Turn
from services.remove import remove
from services.site import Site

_BATCH = 100  # rows in memory at a time


def has_work(site: Site) -> bool:
    return bool(Upload.expired(1))


def run(site: Site, turn: Turn) -> Payload | None:
    site.storage.check(site.id)
    site.uses.flush(site.settings)  # what was looked at until its end goes on
    for _ in remove_expired(site):
        if turn.is_over():
            return {}
    return None


def remove_expired(site: Site) -> Iterator[bool]:
    """For each: whether this call deleted it. One that is being changed waits."""
    last = None
    while batch := Upload.expired(_BATCH, after=last):
        last = batch[-1].expires_at, batch[-1].id
        for row in [upload.id for upload in batch]:
            upload = Upload.by_row(row)  # somebody may have deleted it since
            try:
                yield upload is not None and remove(site, upload, condition=partial(_check, row))
            except (Busy, _PutOff):
                yield False
        db.session.expire_all()


class _PutOff(Exception):
    """It has another end by now."""


def _check(row: int) -> None:
    """As it is now: a view may have put the end off, or its owner. Raises _PutOff."""
    upload = Upload.by_row(row)
    if upload is not None and not upload.has_ended:
        raise _PutOff()
