"""Memory that is promised before it is taken: who asks for more than is left waits, in the order of
asking.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator

from services.errors import Busy


class Budget:
    """``total`` bytes. Who needs more than all of it gets all of it, and so is alone."""

    def __init__(self, total: int, when_idle: Callable[[], object] = lambda: None) -> None:
        """``when_idle`` is called whenever nothing is held any more."""
        self.total, self._left, self._when_idle = total, total, when_idle
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def left(self) -> int:
        """Bytes that nobody holds."""
        return self._left

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @contextlib.contextmanager
    def holding(self, amount: int, seconds: float) -> Iterator[None]:
        """Raises Busy where it isn't free within ``seconds``."""
        amount, turn = min(amount, self.total), object()
        with self._changed:
            self._waiting.append(turn)
            try:
                # In order, so that small ones don't keep a large one waiting for ever.
                if not self._changed.wait_for(
                    lambda: self._waiting[0] is turn and self._left >= amount, seconds
                ):
                    raise Busy()
                self._left -= amount
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._left += amount
                is_idle = self._left == self.total
                self._changed.notify_all()
            if is_idle:
                self._when_idle()
