"""The copy that is being made: begun, gone on with after any kill, and made whole.

What it has so far stands in ``data/copying/``, so that a run goes on where the one before ended.
Whoever calls this holds the lock (`services.backup.lock`).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from media import sums, verified
from media.storage import ROOTS
from media.storage.durable import fsync, fsync_folders
from media.storage.mark import MARKER
from models.copy_list import CopyList, Done
from models.snapshot import Snapshot
from services.backup import forgotten
from services.backup.checks import check_space, check_whole, database_in, sums_of
from services.backup.files import Taker
from services.backup.folder import UNFINISHED, BackupFolder, name_at
from services.backup.links import can_link
from services.data_folder import DATABASE
from services.site import Site

log = logging.getLogger("keepsake")

# Between two times that all of it is synced and written down; a killed run does so much again.
FILES_AT_ONCE, BYTES_AT_ONCE, SECONDS_AT_ONCE = 200, 256 << 20, 2.0
SMALL_FILES = ("secret_key", "config.toml", *(f"{root}/{MARKER}" for root in ROOTS))
# The roots are as those of a data folder; into the copy nobody looks, as no proxy serves from it.
FOLDERS = {"": 0o700, ROOTS[0]: 0o755, ROOTS[1]: 0o700}


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
        forgotten.give_up(site, folder)
        try:
            return cls._begun(site, folder)
        except BaseException:
            forgotten.give_up(site, folder)
            raise

    @classmethod
    def _begun(cls, site: Site, folder: BackupFolder) -> Self:
        before, at = folder.newest(), _free_second(folder)
        part = folder.path / (name_at(at) + UNFINISHED)
        for name, mode in FOLDERS.items():
            (part / name).mkdir(mode=mode)
        fsync(folder.path)
        site.storage.hold()
        snapshot = database_in(site, part)
        try:
            links = can_link(folder.path)
            check_space(site, folder, snapshot, before if links else None)
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
        known = sums_of(before) if before else iter(())
        return cls(site, folder, CopyList.create(site.config.data / forgotten.LIST, about, known))

    @classmethod
    def unfinished(cls, site: Site) -> Self | None:
        """What a run before left to go on with, in whichever folder."""
        try:
            found = CopyList(site.config.data / forgotten.LIST)
            folder = BackupFolder(Path(found.about["folder"]))
            return cls(site, folder, found)
        except (FileNotFoundError, KeyError):
            return None

    @property
    def is_old(self) -> bool:
        """Nobody went on with it for long."""
        return forgotten.is_old(self.site)

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
        CopyList.remove(self.site.config.data / forgotten.LIST)

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
        check_whole(self.part)  # a run that went on may have come after a power cut
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


def _free_second(folder: BackupFolder) -> datetime:
    """Now, or the first second after it that no copy has the name of."""
    at = datetime.now(UTC).replace(microsecond=0)
    while any(folder.path.glob(f"{name_at(at)}*")):  # also one that was just thinned
        at += timedelta(seconds=1)
    return at
