"""The public folder, shut to other users of this machine while the site is private: a proxy that
serves it by itself then finds nothing there, and asks Keepsake.
"""

from __future__ import annotations

import stat
from pathlib import Path

from media.storage.durable import write_whole

OTHERS = 0o077


def shut(folder: Path, note: Path) -> None:
    """``note`` keeps who might read it, for `reopen`."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & OTHERS:
        write_whole(note, f"{mode:o}")
        folder.chmod(mode & ~OTHERS)


def reopen(folder: Path, note: Path) -> None:
    """As it was before `shut`; what somebody else has shut stays so."""
    try:
        mode = int(note.read_text(), 8)
    except (FileNotFoundError, ValueError):
        return
    folder.chmod(mode)
    note.unlink(missing_ok=True)
