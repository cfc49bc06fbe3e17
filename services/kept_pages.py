"""Pages as they were made last, as long as nothing has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from models.changes import Changes, State

MAX_KEPT = 200  # pages of about 20 KB
MAX_LETTERS = 100_000  # of one page; a description has 5,000


class KeptPage(NamedTuple):
    """``views`` are those that the database had; ``state`` is its from before the page was made."""

    html: str
    views: int
    state: State | None


class KeptPages:
    """The pages that were asked for last. A key says all that a page depends on, but for the
    database: a page of another state of it is none.
    """

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()

    def get(self, key: Hashable, state: State | None) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or state is None or page.state != state:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, html: str, views: int, state: State | None) -> None:
        if state is None or len(html) > MAX_LETTERS:
            return
        with self._lock:
            self._pages[key] = KeptPage(html, views, state)
            self._pages.move_to_end(key)
            while len(self._pages) > MAX_KEPT:
                self._pages.popitem(last=False)
