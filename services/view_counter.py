"""View counts of uploads and albums: once per visitor and day, without a write to the database per
view.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date

from models import Album, ShareLink, Upload, db, utcnow

# looks of one day; at 16 bytes each some ten megabytes. Past it, counting starts anew
MAX_REMEMBERED = 200_000
ALBUM, LINK = "album ", "link "  # before the id of one


class ViewCounter:
    """Counts in memory until `flush`. A visitor is a hash with a salt that is forgotten after its
    day.
    """

    def __init__(self, today: Callable[[], date] = lambda: utcnow().date()) -> None:
        self.today = today
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._seen: set[bytes] = set()
        self._counts: Counter[str] = Counter()

    def count(self, public_id: str, visitor: str) -> None:
        """``public_id`` is of an upload; behind ALBUM of an album, behind LINK of a share link.
        ``visitor`` identifies one, such as IP address and user agent; it is not stored.
        """
        with self._lock:
            today = self.today()
            if today != self._day or len(self._seen) > MAX_REMEMBERED:
                self._day, self._salt, self._seen = today, secrets.token_bytes(16), set()
            look = hashlib.blake2b(
                f"{public_id} {visitor}".encode(), key=self._salt, digest_size=16
            ).digest()
            if look not in self._seen:
                self._seen.add(look)
                self._counts[public_id] += 1

    def waiting(self, public_id: str) -> int:
        """Views counted and not yet written."""
        return self._counts[public_id]

    def flush(self) -> None:
        """Write the counted views. Needs an application context; commits."""
        with self._lock:
            counts, self._counts = dict(self._counts), Counter()
        try:
            of = _by_kind(counts)
            Album.add_views(of[ALBUM])
            ShareLink.add_views(of[LINK])
            Upload.add_views(of[""])
            db.session.commit()
        except BaseException:
            with self._lock:
                self._counts.update(counts)  # adds
            raise


def _by_kind(counts: dict[str, int]) -> dict[str, dict[str, int]]:
    """By the public ids of each kind; no such id has a space."""
    of: dict[str, dict[str, int]] = {ALBUM: {}, LINK: {}, "": {}}
    for name, count in counts.items():
        kind = next(one for one in of if name.startswith(one))
        of[kind][name.removeprefix(kind)] = count
    return of
