"""One file after the other into a copy: linked from the copy before where it didn't change, else
copied; and what is told of those that were lost or damaged.
"""

from __future__ import annotations

import hashlib
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from media import verified
from media.storage import OpenFile, Storage
from media.storage.disk import FILE_MODE
from media.storage.durable import fsync, fsync_folders, make_folder
from models.copy_list import CopyList, Done
from models.snapshot import KnownFile
from services.backup.as_known import is_as_known, read_copy, roots_of
from services.backup.links import link

log = logging.getLogger("keepsake")

CLOCK_STEP_NS = 2_000_000_000  # how coarse a disk's times may be (FAT)
# Of what is linked, a share is read again each day, and all of it in so many: what a disk loses is
# known while the copies before, or the site, still have it.
READ_AGAIN_DAYS = 30
# A disk that is asked for many at once writes them together.
SYNCS_AT_ONCE = 16
MISSING, DAMAGED, REPLACED = "missing", "damaged", "replaced"  # kinds of faults


@dataclass
class Batch:
    """What came into the copy and isn't synced yet."""

    done: list[Done] = field(default_factory=list)
    copied: list[Done] = field(default_factory=list)  # those of them that are files of their own
    faults: list[tuple[str, str]] = field(default_factory=list)
    bytes: int = 0
    new_bytes: int = 0


@dataclass
class Taker:
    """``part`` is the copy that is being made, ``before`` the folder of the one before. ``sums``
    has its sums. ``links``: whether the disk has hard links. ``all_again``: read all that is
    linked.
    """

    storage: Storage
    part: Path
    before: Path | None
    sums: CopyList
    day: date
    links: bool = True
    all_again: bool = False
    batch: Batch = field(default_factory=Batch)

    def take(self, known: KnownFile) -> None:
        """Raises OSError where either disk fails."""
        name = f"{known.root}/{known.path}"
        make_folder((self.part / name).parent)
        (self.part / name).unlink(missing_ok=True)  # of a turn that was killed
        try:
            source = self._opened(known)
            if source is None:
                self._tell(MISSING, known, name)
                self._keep_before(known, name)
                return
            with source.file:
                if not self._linked(source, known, name):
                    self._copy(source, known, name)
        except verified.Unreadable as error:  # all others are copied all the same
            log.warning("%s can't be read: %s", name, error)
            (self.part / name).unlink(missing_ok=True)
            self._tell(DAMAGED, known, name)
            self._keep_before(known, name)

    def _tell(self, kind: str, known: KnownFile, name: str) -> None:
        self.batch.faults.append((kind, f"{known.public_id} {name}"))

    def settle(self) -> Batch:
        """Have all of the batch on the disk, and read it back. Raises NotKept, OSError."""
        with ThreadPoolExecutor(SYNCS_AT_ONCE) as pool:
            list(pool.map(fsync, [self.part / name for name, _ in self.batch.copied]))
        for name, digits in self.batch.copied:
            verified.check(self.part / name, digits)
        fsync_folders((self.part / name).parent for name, _ in self.batch.done)
        batch, self.batch = self.batch, Batch()
        return batch

    def _opened(self, known: KnownFile) -> OpenFile | None:
        """It may move to the other root just now, or be removed. Under its name may be another file
        since: what is held is the one that the row means. Raises Unreadable.
        """
        if held := self._held(known):
            return held
        for root in roots_of(known) * 2:
            with suppress(FileNotFoundError), verified.reading():
                return self.storage.open(root, known.path)
        return self._held(known)

    def _held(self, known: KnownFile) -> OpenFile | None:
        for root in roots_of(known):
            with suppress(FileNotFoundError), verified.reading():
                return self.storage.open_held(root, known.path)
        return None

    def _linked(self, source: OpenFile, known: KnownFile, name: str) -> bool:
        """Whether the copy before has the same file, and it is in this one now."""
        found = self._before(known)
        if found is None or not self._is_same(source, found[0]) or source.size != known.size:
            return False
        before, digits = found
        if digits and known.sha256 not in ("", digits):
            return False  # damaged here when it was copied: told each time
        if not digits or self.is_due(name):
            read = read_copy(before)
            expected = digits or verified.read(source.file).sha256
            source.file.seek(0)
            if read is None or read.sha256 != expected:
                self._tell(REPLACED, known, name)
                return False
            if not is_as_known(read, known):
                return False
            digits = read.sha256
        return self._link(before, name, digits, source.size)

    def _copy(self, source: OpenFile, known: KnownFile, name: str) -> None:
        target = self.part / name
        read = verified.copy(source.file, target, FILE_MODE[known.root], source.modified_ns)
        if not is_as_known(read, known) and (held := self._held(known)):
            with held.file:  # it was removed, and its name taken again, just before it was opened
                read = verified.copy(held.file, target, FILE_MODE[known.root], held.modified_ns)
        if is_as_known(read, known):
            self._add(name, read.sha256, read.size, is_new=True)
            return
        self._tell(DAMAGED, known, name)
        if self._keep_before(known, name):
            return
        # Better than nothing. Without its time it isn't taken for the same, and is told each time.
        os.utime(target, ns=(0, 0))
        found = self._before(known)
        if self.links and found and found[1] == read.sha256:
            spare = target.with_name(f".{target.name}.spare")
            target.rename(spare)
            if self._link(found[0], name, read.sha256, read.size):
                spare.unlink()
                return
            spare.rename(target)
        self._add(name, read.sha256, read.size, is_new=True)

    def _keep_before(self, known: KnownFile, name: str) -> bool:
        """Whether the copy before has the file as it should be, which is in this one now."""
        found = self._before(known)
        if found is None:
            return False
        before, digits = found
        read = read_copy(before)
        if read is None or not is_as_known(read, known) or digits not in ("", read.sha256):
            return False
        (self.part / name).unlink(missing_ok=True)
        if not self._link(before, name, read.sha256, read.size):
            with before.open("rb", buffering=0) as file:
                modified = os.fstat(file.fileno()).st_mtime_ns
                verified.copy(file, self.part / name, FILE_MODE[known.root], modified)
            self._add(name, read.sha256, read.size, is_new=True)
        return True

    def _before(self, known: KnownFile) -> tuple[Path, str] | None:
        """The file and its SHA-256 there, "" where that isn't known. It was in the other root where
        its visibility has changed since.
        """
        for root in roots_of(known):
            name = f"{root}/{known.path}"
            if self.before and (self.before / name).exists():
                return self.before / name, self.sums.before(name)
        return None

    def _is_same(self, source: OpenFile, before: Path) -> bool:
        """A file never changes, but its name may belong to another one after it was deleted."""
        there = before.stat()
        is_as_old = abs(source.modified_ns - there.st_mtime_ns) <= CLOCK_STEP_NS
        return source.size == there.st_size and is_as_old

    def is_due(self, name: str) -> bool:
        """The same files each READ_AGAIN_DAYS days, with nothing to remember."""
        if self.all_again:
            return True
        share = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
        return share % READ_AGAIN_DAYS == self.day.toordinal() % READ_AGAIN_DAYS

    def _link(self, before: Path, name: str, digits: str, size: int) -> bool:
        if not self.links or not link(before, self.part / name):
            return False
        self._add(name, digits, size, is_new=False)
        return True

    def _add(self, name: str, digits: str, size: int, *, is_new: bool) -> None:
        done = Done(name, digits)
        self.batch.done.append(done)
        self.batch.bytes += size
        if is_new:
            self.batch.copied.append(done)
            self.batch.new_bytes += size
