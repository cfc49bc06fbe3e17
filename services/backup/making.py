"""The copy that is being made: begun, gone on with after any kill, and made whole.

What it has so far stands in ``data/copying/``, so that a run goes on where the one before ended.
Whoever calls this holds the lock (`services.backup.lock`).
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from media import sums, verified
from media.storage import ROOTS
from media.storage.durable import fsync, fsync_folders
from media.storage.health import space
from media.storage.mark import MARKER
from models import DatabaseFault, database_copy
from models.copy_list import CopyList, Done
from models.snapshot import Snapshot
from services.backup.files import Taker, can_link
from services.backup.folder import UNFINISHED, BackupFolder, Copy, NotABackup, name_at
from services.backup.lock import BackupRuns, locked
from services.data_folder import DATABASE
from services.site import Site

log = logging.getLogger("keepsake")

LIST = Path("copying/files.sqlite3")  # in the data folder
# After its last turn: removals are held back for as long. A large library takes days in turns.
KEPT_FOR = timedelta(days=1)
# Between two times that all of it is synced and written down; a killed run does so much again.
FILES_AT_ONCE, BYTES_AT_ONCE, SECONDS_AT_ONCE = 200, 256 << 20, 2.0
SMALL_FILES = ("secret_key", "config.toml", *(f"{root}/{MARKER}" for root in ROOTS))
# The roots are as those of a data folder; into the copy nobody looks, as no proxy serves from it.
FOLDERS = {"": 0o700, ROOTS[0]: 0o755, ROOTS[1]: 0o700}


class BackupFull(OSError):
    """The disk of the backup has too little space."""


class DamagedDatabase(NotABackup):
    """A copy of it would take the place of a good one, sooner or later."""


@dataclass
class Making:
    """``about`` in the list: ``folder`` and ``name`` of the copy, the row id of the last upload
    that is done with, bytes. ``all_again`` as in `Taker`.
    """

    site: Site
    folder: BackupFolder
    so_far: CopyList
    all_again: bool = False

    @property
    def name(self) -> str:
        return self.so_far.about["name"]

    @property
    def part(self) -> Path:
        return self.folder.path / (self.name + UNFINISHED)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.so_far.about["at"])

    @classmethod
    def begin(cls, site: Site, folder: BackupFolder) -> Self:
        """Raises BackupFull where there is too little space, DamagedDatabase, DatabaseFault,
        OSError; then nothing is held.
        """
        give_up(site, folder)
        try:
            return cls._begun(site, folder)
        except BaseException:
            give_up(site, folder)
            raise

    @classmethod
    def _begun(cls, site: Site, folder: BackupFolder) -> Self:
        before, at = folder.newest(), _free_second(folder)
        part = folder.path / (name_at(at) + UNFINISHED)
        for name, mode in FOLDERS.items():
            (part / name).mkdir(mode=mode)
        fsync(folder.path)
        site.storage.hold()
        snapshot = _database_in(site, part)
        try:
            links = can_link(folder.path)
            _check_space(site, folder, snapshot, before if links else None)
        finally:
            snapshot.close()
        about = {
            "folder": str(folder.path),
            "name": name_at(at),
            "at": at.isoformat(),
            "before": before.name if before else "",
            "links": "yes" if links else "",
            "after": "0",
            "bytes": "0",
            "new_bytes": "0",
        }
        known = _sums_of(before) if before else iter(())
        return cls(site, folder, CopyList.create(site.config.data / LIST, about, known))

    @classmethod
    def unfinished(cls, site: Site) -> Self | None:
        """What a run before left to go on with, in whichever folder."""
        try:
            found = CopyList(site.config.data / LIST)
            folder = BackupFolder(Path(found.about["folder"]))
            return cls(site, folder, found)
        except (FileNotFoundError, KeyError):
            return None

    @property
    def is_old(self) -> bool:
        """Nobody went on with it for long."""
        return time.time() - _last_noted(self.site) > KEPT_FOR.total_seconds()

    @property
    def can_go_on(self) -> bool:
        return not self.is_old and (self.is_whole or (self.part / DATABASE).exists())

    @property
    def is_whole(self) -> bool:
        """A kill may have come between that and the end of this."""
        return (self.folder.path / self.name / DATABASE).exists()

    def go_on(self, is_over: Callable[[], bool]) -> bool:
        """Whether the copy is whole. Raises BackupFull, NotKept, StorageMissing, OSError."""
        if not self.is_whole:
            if not self._take_files(is_over):
                return False
            self._finish()
        return True

    def end(self) -> None:
        """Of one that is whole: let go of what was held for it."""
        self.site.storage.let_go()
        self.so_far.close()
        CopyList.remove(self.site.config.data / LIST)

    def _take_files(self, is_over: Callable[[], bool]) -> bool:
        """Whether all files are in."""
        about = self.so_far.about
        before = self.folder.path / about["before"] if about["before"] else None
        taker = Taker(
            self.site.storage, self.part, before, self.so_far, self.at.date(),
            bool(about["links"]), self.all_again,
        )  # fmt: skip
        snapshot = Snapshot(self.part / DATABASE)
        try:
            for last, are_more in self._batches(snapshot, taker):
                self.site.storage.check(self.site.id)  # its disk may be gone meanwhile
                self._note(taker, last)
                if are_more and is_over():
                    return False
        finally:
            snapshot.close()
        return True

    def _batches(self, snapshot: Snapshot, taker: Taker) -> Iterator[tuple[int, bool]]:
        """The row id of the last upload of each batch, which the taker has, and whether there may
        be more.
        """
        after, until = int(self.so_far.about["after"]), time.monotonic() + SECONDS_AT_ONCE
        while uploads := snapshot.files(after, FILES_AT_ONCE):
            for after, files in uploads:
                for known in files:
                    taker.take(known)
                batch = taker.batch
                if (
                    batch.new_bytes > BYTES_AT_ONCE
                    or len(batch.copied) > FILES_AT_ONCE
                    or time.monotonic() > until
                ):
                    yield after, True
                    until = time.monotonic() + SECONDS_AT_ONCE
        yield after, False

    def _note(self, taker: Taker, last: int) -> None:
        batch, about = taker.settle(), self.so_far.about
        self.so_far.note(
            batch.done,
            batch.faults,
            {
                "after": str(last),
                "links": "yes" if taker.links else "",
                "bytes": str(int(about["bytes"]) + batch.bytes),
                "new_bytes": str(int(about["new_bytes"]) + batch.new_bytes),
            },
        )

    def _finish(self) -> None:
        """What no row has; the list of sums; and its name, which makes it a copy."""
        data, done = self.site.config.data, []
        for name in SMALL_FILES:
            if (data / name).exists():
                mode = (data / name).stat().st_mode & 0o777
                with (data / name).open("rb") as file:
                    read = verified.copy(file, self.part / name, mode)
                verified.check(self.part / name, read.sha256)
                done.append(Done(name, read.sha256))
        _check_whole(self.part)  # a run that went on may have come after a power cut
        digits = sums.sum_of_path(self.part / DATABASE)
        verified.check(self.part / DATABASE, digits)
        size = (self.part / DATABASE).stat().st_size
        about = self.so_far.about
        totals = {name: str(int(about[name]) + size) for name in ("bytes", "new_bytes")}
        totals["files"] = str(self.so_far.count())
        # a kill may have come after this once
        self.so_far.note([*done, Done(DATABASE, digits)], [], {} if "files" in about else totals)
        (self.part / sums.LIST).touch(0o600)
        with (self.part / sums.LIST).open("w", encoding="utf-8", newline="\n") as file:
            sums.write(file, self.so_far.sums())
            file.flush()
            os.fsync(file.fileno())
        fsync_folders([*(self.part / root for root in ROOTS), self.part])
        self.folder.note(self.name)
        self.part.rename(self.folder.path / self.name)
        fsync(self.folder.path)


def _database_in(site: Site, part: Path) -> Snapshot:
    try:
        snapshot = Snapshot.take(site.config.data / DATABASE, part / DATABASE)
    except DatabaseFault as fault:
        if fault.is_full:
            raise BackupFull(f"The disk of {part.parent} is full. Make room there.") from fault
        raise
    snapshot.close()
    _check_whole(part)
    return Snapshot(part / DATABASE)


def _check_whole(part: Path) -> None:
    """Raises DamagedDatabase."""
    try:
        found = database_copy.faults(part / DATABASE)
    except DatabaseFault as fault:
        found = [str(fault)]
    if found:
        raise DamagedDatabase(
            f"The database is damaged ({found[0]}). No copy is made of it, and the copies in "
            f"{part.parent} stay as they are. Restore one that is older."
        )


def has_forgotten(site: Site) -> bool:
    """Whether nobody went on with a copy for a day, and what is removed is still held for it."""
    is_held = site.storage.held_since() is not None or (site.config.data / LIST).exists()
    return is_held and time.time() - _last_noted(site) > KEPT_FOR.total_seconds()


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


def _free_second(folder: BackupFolder) -> datetime:
    """Now, or the first second after it that no copy has the name of."""
    at = datetime.now(UTC).replace(microsecond=0)
    while any(folder.path.glob(f"{name_at(at)}*")):  # also one that was just thinned
        at += timedelta(seconds=1)
    return at


def _sums_of(copy: Copy) -> Iterator[tuple[str, str]]:
    """None from where its list can't be read: those files are read once more."""
    try:
        yield from copy.sums()
    except (sums.NotAList, UnicodeDecodeError) as error:
        log.warning("%s of %s can't be read: %s", sums.LIST, copy.path, error)


def _last_upload(copy: Copy) -> int:
    snapshot = Snapshot(copy.database)
    try:
        return snapshot.last()
    except DatabaseFault as fault:
        log.warning("The database of %s can't be read: %s", copy.path, fault)
        return 0
    finally:
        snapshot.close()


def _check_space(site: Site, folder: BackupFolder, snapshot: Snapshot, before: Copy | None) -> None:
    """Raises BackupFull. What an upload got that the copy before has, too, isn't counted; where
    that goes wrong, the disk says so when it is full.
    """
    last = 0
    if before:
        last = _last_upload(before)
    needed = snapshot.bytes_after(last) + site.config.min_free_mb * 1_000_000
    free = space(folder.path).bytes
    if free < needed:
        raise BackupFull(
            f"The disk of {folder.path} has {free // 1_000_000:,} MB free, and the copy needs "
            f"{needed // 1_000_000:,} MB. Make room, or name another folder."
        )
