"""What was staged takes its place, by renames. From the mark until its end the folder is no site;
stopped at any moment, it goes on from what lies where.

First all that is in the way goes to ``before-restore-...``, and that is on the disk; then what was
staged comes, the database last.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from media import sums as lists
from media.storage import PRIVATE, PUBLIC, ROOTS
from media.storage.durable import fsync_folders, make_folder
from media.storage.shut import shut
from models.restore_list import RestoreList
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
    _clear(data, before)
    _make_roots(data)
    _move(_staged(staging), staging, data)
    _move([DATABASE] if (staging / DATABASE).exists() else [], staging, data)
    unfinished.remove(data)
    stage.drop(data)
    return before if before.exists() else None


def mark(data: Path, folder: Path, before: str) -> None:
    """From here on `put_in_place` can be called."""
    unfinished.write(data, Unfinished(str(folder.absolute()), before))


def _clear(data: Path, before: Path) -> None:
    staging = data / stage.FOLDER
    _move(_in_the_way(data, before, _staged(staging)), data, before)
    if (staging / DATABASE).exists():
        names = [DATABASE, *BESIDE_DATABASE, *OF_DATABASE]
        _move(_in_the_way(data, before, names), data, before)
        _move(_without_copy(data), data, before)


def _in_the_way(data: Path, before: Path, paths: Iterable[str]) -> Iterator[str]:
    """One that is in both is there already: a power cut kept the new name, and not that the old
    one went.
    """
    return (path for path in paths if (data / path).exists() and not (before / path).exists())


def _move(paths: Iterable[str], source: Path, target: Path) -> None:
    """Under the same paths. They are on the disk when it returns."""
    folders: set[Path] = set()
    for path in paths:
        if not target.exists():
            make_folder(target)
            target.chmod(0o700)
        make_folder((target / path).parent)
        os.replace(source / path, target / path)
        folders.add(Path(path).parent)
    fsync_folders(target / folder for folder in folders)
    fsync_folders(source / folder for folder in folders)


def _without_copy(data: Path) -> Iterator[str]:
    """Files that the copy doesn't have under these paths."""
    with (data / stage.FOLDER / lists.LIST).open(encoding="utf-8", newline="\n") as file:
        listed = RestoreList.of(lists.read(file))
    for root in ROOTS:
        for path in _files(data / root / "images"):
            if (place := f"{root}/images/{path}") not in listed:
                yield place


def _make_roots(data: Path) -> None:
    """Shut to others until a start knows whether the site is private."""
    (data / PRIVATE).mkdir(mode=0o700, exist_ok=True)
    (data / PUBLIC).mkdir(mode=0o755, exist_ok=True)
    shut(data / PUBLIC, data / "public.mode")


def _staged(staging: Path) -> Iterator[str]:
    """All but the database, which comes last, and the list."""
    return (path for path in _files(staging) if path not in (DATABASE, lists.LIST))


def _files(folder: Path) -> Iterator[str]:
    """Those of a folder may be moved while they come."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name).relative_to(folder).as_posix() for name in names)
