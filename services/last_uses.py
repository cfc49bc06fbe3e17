"""When log-in sessions were used last: noted in memory, written with the views."""

from __future__ import annotations

import threading
from datetime import datetime

from models import UserSession, db, utcnow


class LastUses:
    """Uses of sessions, by row, until `flush`: no page waits for whoever writes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[int, datetime] = {}

    def note(self, session: UserSession) -> None:
        if session.is_touch_due:
            with self._lock:
                self._at[session.id] = utcnow()

    def flush(self) -> None:
        """Write what was noted. Needs an application context; commits."""
        with self._lock:
            uses, self._at = self._at, {}
        try:
            for row, at in uses.items():
                UserSession.touch(row, at)
            db.session.commit()
        except BaseException:
            with self._lock:
                self._at = {**uses, **self._at}
            raise
