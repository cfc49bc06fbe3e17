"""Who is sending a body now: a browser that lost the answer need not send it again."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

Sender = int | str | None  # a user's id, a guest's session, nobody that can ask


class InFlight:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: Counter[Sender] = Counter()

    @contextlib.contextmanager
    def reading(self, sender: Sender) -> Iterator[None]:
        with self._lock:
            self._held[sender] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[sender] -= 1
                self._held += Counter()  # drops zeros

    def has(self, sender: Sender) -> bool:
        with self._lock:
            return sender in self._held
