"""Limits how many URLs are fetched at once, as each holds a thread; and exports."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

from services.errors import Busy


class Fetches:
    """Room for ``most`` at once, of which one sender gets all but one, as far as that leaves
    any.
    """

    def __init__(self, most: int) -> None:
        self._most, self._own = most, max(1, most - 1)
        self._lock = threading.Lock()
        self._at_work: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, sender: str) -> Iterator[None]:
        """Hold a place. Raises Busy where there is none: waiting would hold a thread, too."""
        with self._lock:
            if self._at_work.total() >= self._most or self._at_work[sender] >= self._own:
                raise Busy()
            self._at_work[sender] += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work[sender] -= 1
                self._at_work += Counter()  # drops zeros
