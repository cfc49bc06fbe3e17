"""What a copy has, looked at before anything is touched: its list, its database, each file."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from media.storage import ROOTS
from media.storage.mark import MARKER
from media.sums import LIST, PIECE, NotAList
from models import DatabaseFault, database_copy
from models.database_copy import CopyFacts
from models.migrate import revisions
from models.restore_list import RestoreList
from services.backup.folder import Copy, name_at
from services.data_folder import DATABASE, MIGRATIONS
from services.restore.errors import CannotRestore
from services.restore.progress import Progress

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
SMALL = ("secret_key", "config.toml")
# what a list may name: it is followed to places in the data folder
_PLACES = tuple(f"{root}/" for root in ROOTS)


class Unreadable(Exception):
    """A file is missing, is none, or lies where the disk has a fault."""


@dataclass(frozen=True)
class Checked:
    """A copy that can be restored. ``sums`` has the SHA-256 of each of its files by path, "" for
    what can't be read.
    """

    copy: Copy
    facts: CopyFacts
    sums: RestoreList


def check(copy: Copy, progress: Progress) -> Checked:
    """All but the files' bytes. Raises CannotRestore and OSError."""
    return Checked(copy, check_database(copy), _sums(copy, progress))


def check_database(copy: Copy) -> CopyFacts:
    """Raises CannotRestore and OSError."""
    beside = copy.database.with_name(f"{DATABASE}-wal")
    if beside.exists() and beside.stat().st_size:
        raise CannotRestore(
            f"{copy.path} is a data folder that was copied as it is, not a backup: "
            f"{beside.name} lies in it. Set KEEPSAKE_DATA to it, or to a copy of it, and start "
            "Keepsake."
        )
    try:
        facts = database_copy.facts(copy.database)
        faults = database_copy.faults(copy.database)
    except DatabaseFault as fault:
        raise CannotRestore(f"{copy.database}: {fault}. Name an older copy.") from fault
    if faults:
        raise CannotRestore(f"{copy.database} is damaged: {faults[0]}. Name an older copy.")
    if facts.version not in revisions(MIGRATIONS):
        raise CannotRestore(
            f"{copy.path} was made by a later version (its database has {facts.version}). Update "
            "Keepsake, then restore it."
        )
    return facts


def listed(copy: Copy) -> Iterator[tuple[str, str]]:
    """Paths and SHA-256 of its files, as its list has them; none without a list. Raises
    CannotRestore for one that can't be followed.
    """
    try:
        for path, digits in copy.sums():
            if path not in (DATABASE, *SMALL) and not _is_place(path):
                raise CannotRestore(
                    f"{copy.path / LIST} names {path!r}, which is no file of a site"
                )
            yield path, digits
    except (NotAList, UnicodeDecodeError) as error:
        raise CannotRestore(f"{copy.path / LIST} is damaged. Name an older copy.") from error


def wrong(checked: Checked, progress: Progress) -> list[str]:
    """Paths of files that are missing, or have other bytes than the list says."""
    progress.begin(
        "Checking",
        len(checked.sums),
        size_of(checked.copy.path, (path for path, _ in checked.sums.items())),
    )
    found = [
        path
        for path, digits in checked.sums.items()
        if sum_at(checked.copy.path, path, progress) != digits or not digits
    ]
    progress.end()
    return found


def size_of(folder: Path, paths: Iterable[str]) -> int:
    """In bytes, of those that are there."""
    return sum(size_at(folder / path) or 0 for path in paths)


def size_at(path: Path) -> int | None:
    """None where no file is there."""
    try:
        return os.lstat(path).st_size
    except (FileNotFoundError, NotADirectoryError):
        return None


def sum_at(folder: Path, path: str, progress: Progress) -> str:
    """The SHA-256 of a file below ``folder``; "" where it can't be read."""
    digest = hashlib.sha256()
    try:
        with opened(folder, path) as file:
            for piece in pieces(file, progress):
                digest.update(piece)
    except Unreadable:
        return ""
    finally:
        progress.done()
    return digest.hexdigest()


def sum_here(path: Path, progress: Progress) -> str:
    """The same of a file of the site, whose folders may be links to another disk."""
    return sum_at(path.parent, path.name, progress)


def opened(folder: Path, path: str) -> IO[bytes]:
    """A file below ``folder``, for reading, without a buffer. What lies behind a symbolic link is
    none of it, nor is what would have to be waited for (a FIFO). Raises Unreadable.
    """
    try:
        parent = os.open(folder, _FOLDER)
        try:
            *names, last = path.split("/")
            for name in names:
                above, parent = parent, os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
                os.close(above)
            handle = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=parent)
        finally:
            os.close(parent)
    except OSError as error:
        raise Unreadable(str(error)) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unreadable(f"{folder / path} is no file")
    return os.fdopen(handle, "rb", buffering=0)


def pieces(file: IO[bytes], progress: Progress) -> Iterator[bytes]:
    """Raises Unreadable."""
    while True:
        try:
            piece = file.read(PIECE)
        except OSError as error:
            raise Unreadable(str(error)) from error
        if not piece:
            return
        yield piece
        progress.read(len(piece))


def _sums(copy: Copy, progress: Progress) -> RestoreList:
    if not (copy.path / LIST).exists():
        if copy.name == name_at(copy.at):
            raise CannotRestore(f"{copy.path} has no {LIST}. Name an older copy.")
        return _sums_of_files(copy.path, progress)  # an earlier version wrote none
    sums = RestoreList.of(listed(copy))
    if DATABASE not in sums:
        raise CannotRestore(f"{copy.path / LIST} is not whole. Name an older copy.")
    return sums


def _is_place(path: str) -> bool:
    return path.startswith(_PLACES) and "\0" not in path and os.path.normpath(path) == path


def _sums_of_files(folder: Path, progress: Progress) -> RestoreList:
    found = list(_files_of(folder))
    progress.begin("Reading", len(found), size_of(folder, found))
    sums = RestoreList.of((path, sum_at(folder, path, progress)) for path in found)
    progress.end()
    return sums


def _files_of(folder: Path) -> Iterator[str]:
    yield from [name for name in (DATABASE, *SMALL) if (folder / name).exists()]
    for root in ROOTS:
        yield from [f"{root}/{MARKER}"] if (folder / root / MARKER).exists() else []
        for parent, _, names in os.walk(folder / root / "images"):
            paths = (Path(parent, name) for name in names if not name.endswith(".part"))
            yield from (path.relative_to(folder).as_posix() for path in paths if path.is_file())
