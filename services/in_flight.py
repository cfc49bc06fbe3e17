"""Uploads being processed, by sender: a browser that lost the answer need not send them again."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager

Sender = int | str | None  # a user's id, a guest's session, nobody that can ask


class InFlight:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[tuple[Sender, str]] = Counter()

    def reading(self, sender: Sender) -> AbstractContextManager[None]:
        """While the body is read its hash is unknown: it may be any."""
        return self.holding(sender, "")

    @contextlib.contextmanager
    def holding(self, sender: Sender, sha256: str) -> Iterator[None]:
        with self._lock:
            self._held[sender, sha256] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[sender, sha256] -= 1
                self._held += Counter()  # drops zeros

    def has(self, sender: Sender, sha256: str) -> bool:
        with self._lock:
            return not self._held.keys().isdisjoint(((sender, sha256), (sender, "")))
