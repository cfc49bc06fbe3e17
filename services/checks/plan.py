"""A check of the site from outside: what it asks, and what its test addresses answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.checks.client import Answer, Client

TEST_BYTES = 40_000
TEST_FILE = hashlib.sha256(b"Keepsake").hexdigest().encode() * (TEST_BYTES // 64)
TEST_CACHE = "public, max-age=31536000, immutable"
# A long answer, 40 MB: more than waitress (16 MB) and sockets keep of one that nobody reads.
LONG_PIECE, LONG_PIECES = 64 * 1024, 610


@dataclass(frozen=True)
class Photo:
    """A file of a public upload: its address, without that of the site, and its MIME type."""

    path: str
    mime: str


@dataclass(frozen=True)
class Plan:
    """``path`` is where the test addresses are; ``trusted`` is TRUSTED_PROXIES; ``body_bytes`` the
    most that an upload may send; ``passed_on`` how many pieces of the long answer are out; ``wait``
    how long an answer may take, 0: not looked at. ``photo`` is one that everybody may open, or on a
    private site nobody without an account.
    """

    client: Client
    path: str
    trusted: int
    body_bytes: int
    passed_on: Callable[[], int]
    wait: int = 0
    photo: Photo | None = None
    is_private: bool = False


def facts_of(answer: Answer) -> dict[str, Any]:
    """What a test address says; empty where a proxy answers in its place, such as with a page."""
    try:
        facts = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:  # also of bytes that are no text
        facts = None
    return facts if isinstance(facts, dict) else {}
