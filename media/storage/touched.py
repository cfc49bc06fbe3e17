"""When a file or a folder was touched last."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

Touched = Callable[[Path], float]


def touched_at(path: Path) -> float:
    """When it was written or moved last, in seconds since 1970; now, where it is gone."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return time.time()
    return max(stat.st_mtime, stat.st_ctime)  # a rename keeps the first and sets the second
