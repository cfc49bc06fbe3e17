"""Repair what was found, where there is a rule for it; say of the rest why not.

All files of an upload are written down in the journal first, so that nobody moves or deletes them
meanwhile, and `settle` ends it: a kill in between leaves each file as it was or as it should be.
What a good file takes the place of is kept aside.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from media.errors import UploadError
from media.pixels.derive import Derivative
from media.storage import DAMAGED, FOUND, ROOTS
from models import DatabaseFault, Journal, Upload, begin_write, db
from models.filed import Filed, Part, filed
from services.backup.folder import NotABackup
from services.doctor import mend_rows, remake
from services.doctor.finding import LOST, Damage, Finding
from services.doctor.sources import Sources
from services.errors import Busy
from services.jobs import limits
from services.place import give_up, reserve_all, settle
from services.site import Site

log = logging.getLogger("keepsake")

NO_COPY = "No backup has these bytes."
NO_BACKUP = "No backup is set up."
IS_AWAY = "The folder of the backup holds no copy. Is its disk there?"
LOST_TOO = "Its file is lost or damaged, too."
CANT_MAKE = "It can't be made of this file."
CHANGED_SINCE = "Somebody changed it meanwhile."
TOO_MANY = f"More than {limits.MAX_ORPHANS}: the database may not be the right one."
_TRIES = (UploadError, Busy, NotABackup, OSError, MemoryError)


class Mender:
    """Call it with findings: it returns them with what became of each. ``any_number`` of files
    without a row are set aside.
    """

    def __init__(self, site: Site, sources: Sources, *, any_number: bool = False) -> None:
        self._site, self._sources, self._any_number = site, sources, any_number

    def __call__(self, upload: Filed | None, found: Sequence[Finding]) -> list[Finding]:
        if upload is None:
            return [mend_rows.mended(self._site, one) for one in found]
        try:
            return self._mend_files(upload, found)
        except DatabaseFault:
            raise
        except Exception as error:  # a decoder's, say: others are still to be mended
            if not isinstance(error, _TRIES):
                log.exception("The files of %s can't be repaired", upload.public_id)
            db.session.rollback()
            fault = str(getattr(error, "message", "") or error) or type(error).__name__
            return [replace(one, fault=fault) for one in found]

    def set_aside(self, found: Sequence[Finding], number: int) -> list[Finding]:
        """Of a whole round: files without a row, once it is known that there are ``number``."""
        stray = [one for one in found if one.damage is Damage.WITHOUT_ROW and not one.is_repaired]
        if number > limits.MAX_ORPHANS and not self._any_number:
            return [replace(one, fault=TOO_MANY) if one in stray else one for one in found]
        return [self._aside(one) if one in stray else one for one in found]

    def _aside(self, one: Finding) -> Finding:
        root, _, path = one.path.partition("/")
        with self._site.writing:
            begin_write()
            is_ours = not Upload.homes([path]) and Journal.add([path], self._site.running.id)
            db.session.commit()
        if not is_ours:
            return replace(one, fault=CHANGED_SINCE)
        try:
            kept_as = self._site.storage.set_aside(FOUND, root, path)
        except OSError as error:
            give_up_path(self._site, path)
            return replace(one, fault=str(error))
        give_up_path(self._site, path)
        return replace(one, is_repaired=True, source=kept_as)

    def _mend_files(self, upload: Filed, found: Sequence[Finding]) -> list[Finding]:
        by_path = {part.path: part for part in upload.parts}
        parts = [(one, by_path[one.path.partition("/")[2]]) for one in found]
        lost = {part for one, part in parts if one.damage in LOST}
        broken = {part.what for one, part in parts if one.damage is Damage.BROKEN}
        self._site.check_ready()
        sources: dict[Part, str] = {}
        for part in sorted(lost):
            with remake.temp_file(self._site) as temp:
                if source := self._sources.fetch(self._site, upload, part, temp):
                    sources[part] = self._put_back(upload, part, temp, source)
        faults = lost - set(sources)
        remade, fault = self._remake(upload, broken, is_lost=upload.parts[0] in faults)
        stray = any(one.damage is Damage.WRONG_FOLDER for one in found)
        if stray and not faults:  # of a lost file, all that is left may be of use to somebody
            self._settle(upload)
        return [self._ended(one, part, sources, remade, fault) for one, part in parts]

    def _ended(
        self, one: Finding, part: Part, sources: dict[Part, str], remade: set[str], fault: str
    ) -> Finding:
        if one.damage in LOST:
            source = sources.get(part, "")
            if source == CHANGED_SINCE or not source:
                return replace(one, fault=source or self._without_copy())
            return replace(one, is_repaired=True, source=source)
        if one.damage is Damage.BROKEN:
            is_repaired = part.what in remade
            return replace(one, is_repaired=is_repaired, fault="" if is_repaired else fault)
        root, _, path = one.path.partition("/")
        is_home = self._site.storage.state(part.root, path) is not None
        if one.damage is Damage.WRONG_FOLDER:
            return replace(one, is_repaired=self._site.storage.state(root, path) is None)
        if one.damage is Damage.TOO_OPEN:
            at = part.root if is_home else root
            self._site.storage.set_mode(at, path)
            state = self._site.storage.state(at, path)
            return replace(one, is_repaired=bool(state and not state.is_too_open))
        return one

    def _without_copy(self) -> str:
        """Why nobody had the bytes."""
        if not self._sources.is_set_up:
            return NO_BACKUP
        return NO_COPY if self._sources.copies else IS_AWAY

    def _reserved(self, upload: Filed) -> tuple[Upload, list[str]] | None:
        """Its row and its files, which nobody else touches now; None where it isn't what was looked
        at any more. Raises Busy.
        """
        row = Upload.by_row(upload.row)
        written = reserve_all(self._site, row) if row else []
        if not row or not written:
            return None
        if filed(upload.row) != upload:
            give_up(self._site, written)
            return None
        return row, written

    def _put_back(self, upload: Filed, part: Part, temp: Path, source: str) -> str:
        """``source``, or why not."""
        storage = self._site.storage
        if source in ROOTS and storage.state(part.root, part.path):
            # what ends a kill midway would take it for a second one of the damaged file
            storage.set_aside(FOUND, source, part.path, stays=True)
        reserved = self._reserved(upload)
        if reserved is None:
            return CHANGED_SINCE
        try:
            if storage.state(part.root, part.path):
                self._keep_damaged(part)
            storage.publish(part.root, [(temp, part.path)])
        finally:
            settle(self._site, reserved[1])
        return source

    def _keep_damaged(self, part: Part) -> None:
        """A copy; what the disk can't read is moved."""
        try:
            self._site.storage.set_aside(DAMAGED, part.root, part.path, stays=True)
        except OSError:
            self._site.storage.set_aside(DAMAGED, part.root, part.path)

    def _remake(self, upload: Filed, kinds: set[str], *, is_lost: bool) -> tuple[set[str], str]:
        """Which could be made, and why others not."""
        if not kinds:
            return set(), ""
        if is_lost:
            return set(), LOST_TOO
        with remake.temp_file(self._site) as temp:
            try:
                made = remake.made_anew(self._site, upload, kinds, temp)
            except _TRIES as error:
                return set(), str(getattr(error, "message", "") or error)
            return self._put_derivatives(upload, made)

    def _put_derivatives(self, upload: Filed, made: dict[str, Derivative]) -> tuple[set[str], str]:
        parts = {part.what: part for part in upload.parts}
        sizes = {kind: one.size for kind, one in made.items()}
        reserved = self._reserved(upload)
        if reserved is None:
            return set(), CHANGED_SINCE
        row, written = reserved
        try:
            for kind, one in made.items():
                self._site.storage.publish(row.root, [(one.path, parts[kind].path)])
            with self._site.writing:
                begin_write()
                for kind, one in made.items():
                    remake.note(row, kind, one, sizes[kind])
                Journal.strike(written)
                db.session.commit()
        except BaseException:
            give_up(self._site, written)
            raise
        return set(made), CANT_MAKE

    def _settle(self, upload: Filed) -> None:
        if row := Upload.by_row(upload.row):
            settle(self._site, reserve_all(self._site, row))


def give_up_path(site: Site, path: str) -> None:
    """Nothing is to be done with it any more."""
    with site.writing:
        Journal.strike([path])
        db.session.commit()
