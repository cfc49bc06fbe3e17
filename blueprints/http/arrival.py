"""Whether an upload arrived whose answer was lost."""

from __future__ import annotations

from flask import request

from blueprints.http.context import site
from blueprints.http.receive import upload_waits
from services.errors import StillRunning
from services.once_only import answer_to


def arrived_answer(key_hash: str) -> str | None:
    """The sealed answer to the upload with this Idempotency-Key; None where there was none. Raises
    StillRunning while it is on its way.
    """
    sealed = answer_to(site(), key_hash)
    if sealed is None and (upload_waits(request) or site().in_flight.has(key_hash)):
        raise StillRunning()
    return sealed or answer_to(site(), key_hash)  # it may have been written meanwhile
