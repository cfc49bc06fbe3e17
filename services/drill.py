"""A drill: the newest copy of a backup restored into a temp folder, as far as that proves that all
of it could be: the whole database, which this program then opens, that each file is there which its
rows name, and the bytes of some files, chosen by chance.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from media import verified
from media.errors import is_full
from media.sums import LIST
from models import DatabaseFault, Snapshot, database_copy
from models.migrate import UnknownVersion, is_current, migrate
from models.snapshot import KnownFile
from services.backup.folder import BackupFolder, Copy, NotABackup
from services.data_folder import DATABASE, MIGRATIONS
from services.jobs.kind import Unfixable
from services.proven import Why, write_failed, write_proven
from services.restore.checked import Unreadable, check_database, listed, opened, size_at
from services.restore.errors import CannotRestore
from services.restore.stage import MARGIN, mode_of
from services.site import Site

FILES = 200  # read each time: with one in fifty damaged, a drill finds one in 98 of 100 cases
ROWS = 500  # looked at between two looks at the clock
COPIES = 3  # of the database: the restored one, and what bringing it up to date needs


class DrillFailed(Unfixable):
    """The backup could not be restored; trying again at once is no use."""

    def __init__(self, why: Why, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.why, self.detail = why, detail


@dataclass
class SoFar:
    """``copy`` is the copy's path, ``folder`` the temp folder, ``row`` the last row whose files
    were looked for; ``left`` are files that are still to be read, each with its path, SHA-256 and,
    where its row has one, the MD5 of what is served.
    """

    copy: str = ""
    folder: str = ""
    row: int = 0
    rows_done: bool = False
    left: list[list[str]] = field(default_factory=list)
    done: int = 0


def drill(
    site: Site, folder: Path, payload: dict[str, Any], is_over: Callable[[], bool]
) -> dict[str, Any] | None:
    """One turn, from the payload of the one before; None when the restore is proven. Raises
    DrillFailed, which is written down.
    """
    so_far, is_left = SoFar(**payload), False
    if not so_far.copy or not Path(so_far.folder, DATABASE).exists():  # or was cleared away
        so_far = SoFar(folder=str(site.storage.temp.path / f"drill-{secrets.token_hex(4)}"))
    try:
        with _told():
            if not so_far.copy:
                _begin(site, folder, so_far)
            is_left = _go_on(site, so_far, is_over)
    except DrillFailed as failed:
        write_failed(site, failed.why, Path(so_far.copy).name, failed.detail)
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
    check_database(newest)
    some, chosen = choose(newest)
    Path(so_far.folder).mkdir(mode=0o700)
    for path, digits in some.items():
        _restore(so_far, path, digits)
    _open(Path(so_far.folder, DATABASE))
    so_far.left = [[path, digits, ""] for path, digits in chosen]


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


def _check_room(site: Site, newest: Copy) -> None:
    needed = COPIES * (size_at(newest.database) or 0) + MARGIN
    if site.storage.space().bytes < needed:
        raise DrillFailed(
            Why.ROOM, f"A restore can't be tried: that needs {needed / 1e6:.0f} MB free."
        )


def choose(newest: Copy) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What every restore needs, and some files, each as likely as any other (Vitter's algorithm
    R), of a list that may be long.
    """
    chance, always, chosen, seen = secrets.SystemRandom(), {}, list[tuple[str, str]](), 0
    for path, digits in listed(newest):
        if "/images/" not in path:
            always[path] = digits
            continue
        seen += 1
        if len(chosen) < FILES:
            chosen.append((path, digits))
        elif (place := chance.randrange(seen)) < FILES:
            chosen[place] = (path, digits)
    if DATABASE not in always:
        raise DrillFailed(Why.FOLDER, f"{newest.path} has no whole {LIST}", LIST)
    return always, chosen


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
        _look_for_files(site, so_far)
    while so_far.left:
        if is_over():
            return True
        path, digits, md5 = so_far.left[-1]
        _restore(so_far, path, digits, md5)
        Path(so_far.folder, path).unlink()
        so_far.left.pop()
        so_far.done += 1
    return False


def _look_for_files(site: Site, so_far: SoFar) -> None:
    """Those of some rows: whether the copy has each, with as many bytes as its row says."""
    snapshot = Snapshot(Path(so_far.folder, DATABASE))
    try:
        rows = snapshot.files(so_far.row, ROWS)
    finally:
        snapshot.close()
    so_far.rows_done = len(rows) < ROWS
    chosen = {one[0]: one for one in so_far.left}
    for row, files in rows:
        so_far.row = row
        for known in files:
            name = f"{known.root}/{known.path}"
            there = size_at(Path(so_far.copy, name))
            if there != known.size and not (there is None and _is_lost_here(site, known)):
                raise DrillFailed(Why.FILE, f"{name} is missing from the copy, or cut", name)
            if name in chosen:
                chosen[name][2] = known.md5


def _is_lost_here(site: Site, known: KnownFile) -> bool:
    """It is no fault of the copy then; `flask doctor` tells of it."""
    return not site.storage.holds_any([known.path])


def _restore(so_far: SoFar, path: str, digits: str, md5: str = "") -> None:
    """From the disk to the disk, not from what the system remembers of them."""
    source, target = Path(so_far.copy, path), Path(so_far.folder, path)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with opened(source) as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            done = verified.copy(file, target, mode_of(path))
    except Unreadable as error:
        raise DrillFailed(Why.FILE, f"{source} can't be read: {error}", path) from error
    if done.sha256 != digits or md5 not in ("", done.md5):
        raise DrillFailed(Why.FILE, f"{source} is damaged", path)
    verified.check(target, digits)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever it fails of, why."""
    try:
        yield
    except (CannotRestore, DatabaseFault, UnknownVersion) as error:
        raise DrillFailed(Why.DATABASE, str(error), str(error)) from error
    except OSError as error:
        why = Why.ROOM if is_full(error) else Why.DISK
        raise DrillFailed(why, str(error), str(error)) from error
