"""Limits how much runs at once of what holds a thread or a connection: URLs that are fetched,
exports and other ZIPs.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping

from services.errors import Busy


class Places:
    """Room for ``most`` at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._at_work = 0
        self._shares: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, shares: Mapping[str, int]) -> Iterator[None]:
        """Hold a place, of those that each of ``shares`` may have at once, too. Raises Busy where
        there is none: waiting would hold a thread.
        """
        with self._lock:
            is_over = any(self._shares[name] >= most for name, most in shares.items())
            if self._at_work >= self._most or is_over:
                raise Busy()
            self._at_work += 1
            self._shares.update(shares.keys())
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1
                self._shares.subtract(shares.keys())
                self._shares += Counter()  # drops zeros


class Fetches:
    """Room for ``most`` at once, of which one sender gets all but one, as far as that leaves
    any.
    """

    def __init__(self, most: int) -> None:
        self._places, self._own = Places(most), max(1, most - 1)

    def one(self, sender: str) -> contextlib.AbstractContextManager[None]:
        """Hold a place. Raises Busy where there is none."""
        return self._places.one({sender: self._own})
