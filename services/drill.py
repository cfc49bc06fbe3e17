"""A drill: the newest copy of a backup restored into a temp folder, as far as that proves that all
of it could be: the whole database, which this program then opens, that each file is there which its
rows name, and the bytes of some files, chosen by chance.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from media import verified
from media.errors import is_full
from media.sums import LIST
from models import DatabaseFault, Snapshot, database_copy
from models.database_copy import CopyFacts
from models.migrate import UnknownVersion, is_current, migrate
from services.backup.files import DAMAGED
from services.backup.folder import BackupFolder, Copy, NotABackup, copy_in
from services.backup.known import known_folder
from services.data_folder import DATABASE, MIGRATIONS
from services.drill_choice import choose, is_of_upload
from services.jobs.kind import Unfixable
from services.proven import Why, write_failed, write_proven
from services.restore.checked import SMALL, Unreadable, check_database, listed, opened, size_at
from services.restore.errors import CannotRestore
from services.restore.stage import MARGIN, mode_of
from services.site import Site

log = logging.getLogger("keepsake")

ROWS = 500  # looked at between two looks at the clock
KEY = SMALL[0]  # without it the second factors of all are lost
COPIES = 3  # of the database: the restored one, and what bringing it up to date needs


class DrillFailed(Unfixable):
    """The backup could not be restored; trying again at once is no use. ``path`` is for the log
    and the command line: names of files are what people typed, and no page shows them.
    """

    def __init__(self, why: Why, message: str, detail: str = "", path: str = "") -> None:
        super().__init__(message)
        self.why, self.detail, self.path = why, detail, path


@dataclass
class SoFar:
    """``copy`` is the copy's path, ``folder`` the temp folder, ``row`` the last row whose files
    were looked for; ``left`` are files that are still to be read, each with its path, SHA-256 and,
    where its row has one, the MD5 of what is served. ``listed`` so many files of uploads has the
    list, and so many of the rows' files are ``there``.
    """

    copy: str = ""
    folder: str = ""
    row: int = 0
    rows_done: bool = False
    left: list[list[str]] = field(default_factory=list)
    done: int = 0
    listed: int = 0
    there: int = 0


def drill(
    site: Site, folder: Path, payload: dict[str, Any], is_over: Callable[[], bool]
) -> dict[str, Any] | None:
    """One turn, from the payload of the one before; None when the restore is proven. Raises
    DrillFailed, which is written down.
    """
    so_far, is_left = SoFar(**payload), False
    try:
        os.utime(Path(so_far.folder, DATABASE))  # what is older is cleared away
    except FileNotFoundError:
        if so_far.folder:
            shutil.rmtree(so_far.folder, ignore_errors=True)
        so_far = SoFar(folder=str(site.storage.temp.path / f"drill-{secrets.token_hex(4)}"))
    try:
        with _told():
            if not so_far.copy:
                _begin(site, folder, so_far)
            is_left = _go_on(site, so_far, is_over)
    except DrillFailed as failed:
        log.warning("The drill failed: %s %s", failed, failed.path)
        if folder == site.config.backups or failed.why not in (Why.FOLDER, Why.OTHER):
            write_failed(site, failed.why, Path(so_far.copy).name, failed.detail)  # else a typo
        raise
    finally:
        if not is_left:
            shutil.rmtree(so_far.folder, ignore_errors=True)
    if is_left:
        return asdict(so_far)
    write_proven(site, Path(so_far.copy).name, so_far.done)
    return None


def _begin(site: Site, folder: Path, so_far: SoFar) -> None:
    newest = _newest(folder)
    so_far.copy = str(newest.path)
    site.storage.temp.prepare()
    _drop_empty(site.storage.temp.path)
    _check_room(site, newest)
    _check_ours(site, folder, check_database(newest))
    choice = choose(newest, DATABASE)
    for name in (DATABASE, KEY):
        if name not in choice.needed:
            raise DrillFailed(Why.FOLDER, f"The {LIST} of {newest.path} lacks {name}", LIST)
    Path(so_far.folder).mkdir(mode=0o700)
    for path, digits in choice.needed.items():
        _restore(so_far, path, digits)
    _open(Path(so_far.folder, DATABASE))
    so_far.left = [[path, digits, ""] for path, digits in choice.some]
    so_far.listed = choice.listed


def _drop_empty(temp: Path) -> None:
    """Folders of drills that were killed: what is old in them is deleted as all temp files are."""
    for left in temp.glob("drill-*"):
        if not any(names for _, _, names in os.walk(left)):
            shutil.rmtree(left, ignore_errors=True)


def _newest(folder: Path) -> Copy:
    try:
        newest = BackupFolder(folder).newest()
    except NotABackup as error:
        raise DrillFailed(Why.FOLDER, str(error), str(folder)) from error
    if newest is None:
        raise DrillFailed(Why.FOLDER, f"{folder} holds no copy. Is its disk there?", str(folder))
    return newest


def _check_ours(site: Site, folder: Path, facts: CopyFacts) -> None:
    if {BackupFolder(folder).site_id(), facts.site_id} - {"", site.id}:
        raise DrillFailed(Why.OTHER, f"{folder} is the backup of another site", str(folder))


def _check_room(site: Site, newest: Copy) -> None:
    needed = COPIES * (size_at(newest.database) or 0) + MARGIN
    if site.storage.space().bytes < needed:
        raise DrillFailed(
            Why.ROOM, f"A restore can't be tried: that needs {needed / 1e6:.0f} MB free."
        )


def _open(database: Path) -> None:
    """As a start does."""
    if not is_current(database, MIGRATIONS):
        migrate(database, MIGRATIONS)
    if faults := [*database_copy.faults(database), *database_copy.dangling(database)]:
        raise DrillFailed(Why.DATABASE, f"The restored database is damaged: {faults[0]}", faults[0])


def _go_on(site: Site, so_far: SoFar, is_over: Callable[[], bool]) -> bool:
    """Whether something is left."""
    while not so_far.rows_done:
        if is_over():
            return True
        look_for_files(site, so_far)
    while so_far.left:
        if is_over():
            return True
        path, digits, md5 = so_far.left[-1]
        size = size_at(Path(so_far.copy, path)) or 0
        if site.storage.space().bytes >= size + MARGIN:
            _restore(so_far, path, digits, md5)
            Path(so_far.folder, path).unlink()
        else:
            _read(so_far, path, digits, md5)
        so_far.left.pop()
        so_far.done += 1
    return False


def look_for_files(site: Site, so_far: SoFar) -> None:
    """Those of some rows: whether the copy has each, with as many bytes as its row says."""
    snapshot = Snapshot(Path(so_far.folder, DATABASE))
    try:
        rows = snapshot.files(so_far.row, ROWS)
    finally:
        snapshot.close()
    so_far.rows_done = len(rows) < ROWS
    chosen, told = {one[0]: one for one in so_far.left}, _told_by_backup(so_far)
    missing = set()
    for row, files in rows:
        so_far.row = row
        for known in files:
            name = f"{known.root}/{known.path}"
            size = size_at(Path(so_far.copy, name))
            if size is None:
                missing |= {name} if site.storage.holds_any([known.path]) else set()
                continue
            so_far.there += 1
            if name in told:
                continue
            if size != known.size:
                raise _damaged(so_far, name)
            if name in chosen:
                chosen[name][2] = known.md5
    if missing:
        _check_left_out(so_far, missing)
    if so_far.rows_done and so_far.there != so_far.listed:
        raise DrillFailed(
            Why.FILE,
            f"{so_far.copy} has {so_far.there} of the files that its database names, and its "
            f"{LIST} has {so_far.listed}",
        )


def _told_by_backup(so_far: SoFar) -> set[str]:
    """Files that were damaged here when the copy was made: the page of the backup shows them."""
    copy = Path(so_far.copy)
    known = known_folder(copy.parent)
    if not known.copies or known.copies[0].name != copy.name:
        return set()
    return {one.removeprefix(f"{DAMAGED}: ") for one in known.faults if one.startswith(DAMAGED)}


def _check_left_out(so_far: SoFar, missing: set[str]) -> None:
    """What was lost here when the copy was made isn't listed: no fault of the copy, also where it
    was repaired since.
    """
    copy = copy_in(Path(so_far.copy))
    for path, _ in listed(copy):
        if path in missing:
            raise _damaged(so_far, path)


def _damaged(so_far: SoFar, path: str) -> DrillFailed:
    """What is needed by each restore has a name that may be told."""
    detail = "" if is_of_upload(path) else path
    what = detail or "A file of an upload"
    return DrillFailed(
        Why.FILE, f"{what} is missing from the copy {Path(so_far.copy).name}, or damaged",
        detail, str(Path(so_far.copy, path)),
    )  # fmt: skip


def _read(so_far: SoFar, path: str, digits: str, md5: str) -> None:
    """Where there is no room to restore it."""
    with _from_copy(so_far, path) as file:
        done = verified.read(file)
    if done.sha256 != digits or md5 not in ("", done.md5):
        raise _damaged(so_far, path)


def _restore(so_far: SoFar, path: str, digits: str, md5: str = "") -> None:
    """From the disk to the disk, not from what the system remembers of them."""
    target = Path(so_far.folder, path)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _from_copy(so_far, path) as file:
        done = verified.copy(file, target, mode_of(path))
    if done.sha256 != digits or md5 not in ("", done.md5):
        raise _damaged(so_far, path)
    verified.check(target, digits)


@contextlib.contextmanager
def _from_copy(so_far: SoFar, path: str) -> Iterator[IO[bytes]]:
    try:
        with opened(Path(so_far.copy), path) as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            yield file
    except Unreadable as error:
        raise _damaged(so_far, path) from error


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Whatever it fails of, why."""
    try:
        yield
    except (CannotRestore, DatabaseFault, UnknownVersion) as error:
        raise DrillFailed(Why.DATABASE, str(error), str(error)) from error
    except OSError as error:
        why = Why.ROOM if is_full(error) else Why.DISK
        said = error.strerror or "a disk gave back other bytes than it was given"
        raise DrillFailed(why, said, said, str(error)) from error
