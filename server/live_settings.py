"""Settings for the server's loop, which must not wait for the database."""

from __future__ import annotations

import time
from typing import Any

from waitress.adjustments import Adjustments

from services.settings import SettingStore
from services.settings.store import FRESH_SECONDS


class LiveAdjustments(Adjustments):
    """Waitress' own settings, of which the largest body may change while the server runs."""

    def __init__(self, store: SettingStore, **fixed: Any) -> None:
        self._store = store
        super().__init__(**fixed)  # type: ignore[no-untyped-call]

    @property
    def max_request_body_size(self) -> int:  # type: ignore[override]
        return self._store.latest.max_body_bytes + 1


def keep_fresh(store: SettingStore) -> None:
    """Read changes, for ever, often enough that no request needs to."""
    while True:
        time.sleep(FRESH_SECONDS / 2)
        store.refresh()
