"""Uploads that stay while they are used, and were looked at: noted in memory, written with the
views.
"""

from __future__ import annotations

import threading

from models import Upload, db, utcnow
from services.settings import Settings

# of one flush, which comes each few seconds; the rest are noted by their next view
MAX_NOTED = 100_000


class Uses:
    """Public ids until `flush`: no view waits for whoever writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[str] = set()

    def note(self, upload: Upload) -> None:
        """Somebody looks at it. Its end is the same for all views of a day, so that each day is
        written once.
        """
        if upload.is_put_off_by_now and len(self._ids) < MAX_NOTED:
            with self._lock:
                self._ids.add(upload.public_id)

    def flush(self, settings: Settings) -> None:
        """Write what was noted. Needs an application context; commits."""
        with self._lock:
            ids, self._ids = self._ids, set()
        if not ids:
            return
        try:
            Upload.put_off(ids, utcnow(), settings.guest_expires_days)
            db.session.commit()
        except BaseException:
            with self._lock:
                self._ids |= ids
            raise
