"""Which bodies are being sent now: a browser that lost the answer need not send one again."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator


class InFlight:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    @contextlib.contextmanager
    def reading(self, key_hash: str | None) -> Iterator[None]:
        """One whose Idempotency-Key has this hash; None: nobody can ask for it."""
        if key_hash is None:
            yield
            return
        with self._lock:
            self._held[key_hash] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[key_hash] -= 1
                self._held += Counter()  # drops zeros

    def has(self, key_hash: str) -> bool:
        with self._lock:
            return key_hash in self._held
