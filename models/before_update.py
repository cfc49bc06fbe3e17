"""The database as it was before an update changed it, beside the present one, so that one can go
back: ``before-update/<revision>.sqlite3`` in the data folder. And the room that an update needs.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from models.faults import DatabaseFault

FOLDER = "before-update"
KEPT = 2  # each takes as much space as the database; who goes back does so soon

# What a change needs: the copy, and SQLite's journal of it, where a revision rewrites all of it.
COPIES = 2
GROWTH = 20_000_000  # bytes, for new tables and indexes


def check_room(database: Path) -> None:
    """Raises DatabaseFault where the disk is too full to change a copy."""
    files = (database, database.with_name(database.name + "-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    needed, free = COPIES * size + GROWTH, shutil.disk_usage(database.parent).free
    if free < needed:
        raise DatabaseFault(
            f"must be changed for this version, and that needs {needed / 1e6:.0f} MB free on its "
            f"disk, which has {free / 1e6:.0f} MB. Nothing was changed. Make room, then start "
            "again",
            is_full=True,
        )


def folder_of(database: Path) -> Path:
    return database.parent / FOLDER


def keep(database: Path, revision: str) -> Path:
    """A second name for the database, which is about to lose its own. Raises OSError.

    Nobody may have it open: SQLite finds a log by the name of its database.
    """
    folder = folder_of(database)
    folder.mkdir(mode=0o700, exist_ok=True)
    kept, new = folder / f"{revision}.sqlite3", folder / f"{revision}.new"
    new.unlink(missing_ok=True)
    try:
        os.link(database, new)
    except OSError:  # a disk without hard links
        _copy(database, new)
    os.replace(new, kept)
    new.unlink(missing_ok=True)  # os.replace leaves it where both names are of one file
    return kept


def drop_old(database: Path, newest: Path) -> None:
    """All but `KEPT`, of which ``newest`` is one."""
    kept = sorted(
        folder_of(database).glob("*.sqlite3"),
        key=lambda path: (path == newest, path.stat().st_mtime_ns),
    )
    for path in kept[:-KEPT]:
        path.unlink()


def drop_second_names(database: Path) -> None:
    """Of a database that did not lose its own, as a crash came before: whoever opened it by the
    other name would damage it.
    """
    for path in folder_of(database).glob("*"):
        if path.exists() and database.exists() and path.samefile(database):
            path.unlink()


def _copy(database: Path, new: Path) -> None:
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as target, database.open("rb") as source:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    stat = database.stat()
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
