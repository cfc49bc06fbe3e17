"""What becomes of a copy that nobody goes on with: nothing must be held for it for ever."""

from __future__ import annotations

import contextlib
import shutil
import time
from datetime import timedelta
from pathlib import Path

from models.copy_list import CopyList
from services.backup.folder import UNFINISHED, BackupFolder
from services.backup.lock import BackupRuns, locked
from services.site import Site

LIST = Path("copying/files.sqlite3")  # in the data folder
# After its last turn: removals are held back for as long. A large library takes days in turns.
KEPT_FOR = timedelta(days=1)


def has_forgotten(site: Site) -> bool:
    """Whether nobody went on with a copy for a day, and what is removed is still held for it."""
    is_held = site.storage.held_since() is not None or (site.config.data / LIST).exists()
    return is_held and is_old(site)


def is_old(site: Site) -> bool:
    """Whether nobody went on with it for long."""
    return time.time() - _last_noted(site) > KEPT_FOR.total_seconds()


def _last_noted(site: Site) -> float:
    """When somebody went on with the copy that is being made, in seconds of the epoch; a kill may
    have come before there was a list.
    """
    times = [site.storage.held_since() or 0.0]
    for ending in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            times.append((site.config.data / f"{LIST}{ending}").stat().st_mtime)
    return max(times)


def forget(site: Site) -> None:
    """Let go of what is held for it. What it has is dropped by the next backup there. Nothing is
    done where somebody is at it after all.
    """
    with contextlib.suppress(BackupRuns), locked(site.config.data):
        _let_go(site)


def _let_go(site: Site) -> None:
    CopyList.remove(site.config.data / LIST)
    site.storage.let_go()


def give_up(site: Site, folder: BackupFolder) -> None:
    """Drop what is unfinished, and let go of what was held for it."""
    _let_go(site)
    if folder.path.is_dir():
        for part in folder.leftovers(UNFINISHED):
            shutil.rmtree(part)
