"""The folder in which uploads are received and worked on. It is on the local disk, whatever the
storage is, and the same one as a local storage's, so that publishing is a rename.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from media.storage.touched import Touched, touched_at


class TempFolder:
    def __init__(self, path: Path, touched: Touched = touched_at) -> None:
        self.path, self.touched = path, touched

    def prepare(self) -> None:
        """Make it, or bring it back where somebody cleared it away."""
        self.path.mkdir(mode=0o700, exist_ok=True)

    def has_leftovers(self, older_than: float) -> bool:
        """Whether a file in it is untouched for ``older_than`` seconds."""
        return next(self._leftovers(older_than), None) is not None

    def remove_leftovers(self, older_than: float) -> int:
        """Delete what is untouched for so many seconds; how many files."""
        paths = list(self._leftovers(older_than))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def _leftovers(self, older_than: float) -> Iterator[Path]:
        before = time.time() - older_than
        for parent, _, names in os.walk(self.path):
            for path in (Path(parent, name) for name in names):
                if self.touched(path) <= before:
                    yield path
