"""How far something is that takes minutes: one line of a terminal, which is written over. Where
nobody looks, in a log or a pipe, there is none.
"""

from __future__ import annotations

import sys
import time

from services.restore.progress import Progress, Silent

EVERY = 0.2  # seconds between two lines
SURE_AFTER = 3.0  # seconds, after which the pace says something


class Line:
    def begin(self, what: str, files: int, size: int) -> None:
        self.what, self.files, self.size = what, files, size
        self.read_bytes = self.done_files = 0
        self.began = time.monotonic()
        self._next = 0.0

    def read(self, size: int) -> None:
        self.read_bytes += size
        self._show()

    def done(self) -> None:
        self.done_files += 1
        self._show()

    def end(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def _show(self) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        text = (
            f"{self.what} {self.done_files:,} of {self.files:,} files, "
            f"{of_bytes(self.read_bytes)} of {of_bytes(self.size)}{self._left(now - self.began)}"
        )
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()

    def _left(self, seconds: float) -> str:
        if seconds < SURE_AFTER or not self.read_bytes:
            return ""
        left = max(self.size - self.read_bytes, 0) * seconds / self.read_bytes
        return f", {left / 60:.0f} min left" if left > 90 else f", {left:.0f} s left"


def of_bytes(size: int) -> str:
    """``12 MB``, ``1.2 GB``; decimal, as disks are sold."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def progress() -> Progress:
    return Line() if sys.stderr.isatty() else Silent()
