"""Pages as they were made last, as long as nothing has changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from models.commits import Commits, State

MAX_BYTES = 4_000_000  # of all pages, which have about 20 KB each; in UTF-8


class CachedPage(NamedTuple):
    """``views`` are those that the database had; ``state`` is its from before the page was made."""

    html: bytes
    views: int
    state: State | None


class PageCache:
    """The pages that were asked for last. A key says all that a page depends on, but for the
    database: a page of another state of it is none.
    """

    def __init__(self, changes: Commits) -> None:
        self.changes = changes
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable, state: State | None) -> CachedPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or state is None or page.state != state:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, html: bytes, views: int, state: State | None) -> None:
        """``html`` is in UTF-8."""
        if state is None:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += len(html) - (len(old.html) if old else 0)
            self._pages[key] = CachedPage(html, views, state)
            while self._bytes > MAX_BYTES:
                _, last = self._pages.popitem(last=False)
                self._bytes -= len(last.html)
