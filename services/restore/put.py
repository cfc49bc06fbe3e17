"""What was staged takes its place, by renames. From the mark until its end the folder is no site;
stopped at any moment, it goes on from what lies where.

First all that is in the way goes to ``before-restore-...``, and that is on the disk; then what was
staged comes, the database last.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from media import sums as lists
from media.storage import PRIVATE, PUBLIC, ROOTS
from media.storage.durable import fsync_folders, make_folder
from media.storage.shut import shut
from services.data_folder import DATABASE
from services.restore import stage, unfinished
from services.restore.unfinished import Unfinished

# of the database before: with another one, SQLite would take them for its own
BESIDE_DATABASE = tuple(f"{DATABASE}-{end}" for end in ("wal", "shm", "journal"))
# of that database, too: a copy that is being made, what was deleted meanwhile, and how far a look
# at all files is
OF_DATABASE = ("copying", "held", "doctor.json")


def put_in_place(data: Path) -> Path | None:
    """Go on with the restore that is marked. Returns the folder with what was there before; None
    where nothing was in the way. Raises OSError; call it again then.
    """
    marked = unfinished.read(data)
    if marked is None:
        return None
    staging, before = data / stage.FOLDER, data / marked.before
    staged = [path for path in _files(staging) if path != lists.LIST]
    _clear(data, before, staged)
    _make_roots(data)
    for path in sorted(staged, key=lambda path: path == DATABASE):
        make_folder((data / path).parent)
        os.replace(staging / path, data / path)
    fsync_folders((data / path).parent for path in staged)
    unfinished.remove(data)
    stage.drop(data)
    return before if before.exists() else None


def mark(data: Path, folder: Path, before: str) -> None:
    """From here on `put_in_place` can be called."""
    unfinished.write(data, Unfinished(str(folder.absolute()), before))


def _clear(data: Path, before: Path, staged: Iterable[str]) -> None:
    # One that is in both is there already: a power cut kept the new name, and not that the old one
    # went.
    ways = [path for path in staged if (data / path).exists() and not (before / path).exists()]
    if DATABASE in staged:
        ways += [name for name in (*BESIDE_DATABASE, *OF_DATABASE) if (data / name).exists()]
        ways += _without_copy(data)
    if not ways:
        return
    if not before.exists():
        make_folder(before)
        before.chmod(0o700)
    for path in ways:
        make_folder((before / path).parent)
        os.replace(data / path, before / path)
    fsync_folders((before / path).parent for path in ways)
    fsync_folders((data / path).parent for path in ways)


def _without_copy(data: Path) -> list[str]:
    """Files that the copy doesn't have under these paths."""
    with (data / stage.FOLDER / lists.LIST).open(encoding="utf-8", newline="\n") as file:
        listed = {path for path, _ in lists.read(file)}
    return [
        f"{root}/images/{path}"
        for root in ROOTS
        for path in _files(data / root / "images")
        if f"{root}/images/{path}" not in listed
    ]


def _make_roots(data: Path) -> None:
    """Shut to others until a start knows whether the site is private."""
    (data / PRIVATE).mkdir(mode=0o700, exist_ok=True)
    (data / PUBLIC).mkdir(mode=0o755, exist_ok=True)
    shut(data / PUBLIC, data / "public.mode")


def _files(folder: Path) -> list[str]:
    found = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return [path.relative_to(folder).as_posix() for path in found]
