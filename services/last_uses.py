"""When log-in sessions were used last: noted in memory, written with the views."""

from __future__ import annotations

import threading
from datetime import datetime

from models import UserSession, db, utcnow


class LastUses:
    """Uses of sessions, by the hashes of their tokens, until `flush`: no page waits for whoever
    writes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, datetime] = {}

    def note(self, session: UserSession) -> None:
        if session.is_touch_due:
            with self._lock:
                self._at[session.token_hash] = utcnow()

    def flush(self) -> None:
        """Write what was noted. Needs an application context; commits."""
        with self._lock:
            uses, self._at = self._at, {}
        try:
            for token_hash, at in uses.items():
                UserSession.touch(token_hash, at)
            db.session.commit()
        except BaseException:
            with self._lock:
                self._at = {**uses, **self._at}
            raise
