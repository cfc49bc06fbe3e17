"""Which request or job the running code works for."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Iterator
from contextvars import ContextVar

request: ContextVar[str] = ContextVar("request", default="")
job: ContextVar[str] = ContextVar("job", default="")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def new_id() -> str:
    """Of a request: short enough to be quoted."""
    return f"{random.getrandbits(32):08x}"


def parse_id(text: str) -> str | None:
    """An ``X-Request-Id`` that a proxy made; None if it is malformed."""
    return text if _ID.fullmatch(text) else None


@contextlib.contextmanager
def of_job(name: str) -> Iterator[None]:
    """What is logged meanwhile is of this job."""
    before = job.set(name)
    try:
        yield
    finally:
        job.reset(before)
