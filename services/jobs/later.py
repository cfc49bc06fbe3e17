"""A derivative that an upload gets later: made of a copy of one of its files, published, and named
by its row.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.errors import StorageFull, UploadError, is_full
from media.pixels.derive import Derivative
from media.storage import ROOTS, OpenFile
from models import Journal, Upload, begin_write, db
from services.errors import Busy
from services.place import give_up, reserve
from services.site import Site

log = logging.getLogger("keepsake")

_PASSING = {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE, errno.ETIMEDOUT}


class NotNow(Exception):
    """It may be made another time: a disk or the system failed."""


class Moving(NotNow):
    """Somebody moves or deletes the files of the upload."""


@dataclass(frozen=True)
class Later:
    """``kind`` is as `Upload.derivative` takes it, ``column`` has its bytes. ``made_of`` names the
    file, ``make`` makes it of a copy; None where none is worth it.
    """

    kind: str
    column: str
    made_of: Callable[[Upload], str]
    make: Callable[[Site, Upload, Path], Derivative | None]

    def give(self, site: Site, upload: Upload) -> bool:
        """Whether it has one now; without one where its file can't be read. Raises StorageFull,
        Busy, NotNow, and what a storage raises.
        """
        handle, name = tempfile.mkstemp(dir=site.storage.temp.path, prefix="later-")
        os.close(handle)
        try:
            made = self._made(site, upload, Path(name))
            return made is not None and self._publish(site, upload, made)
        finally:
            for leftover in site.storage.temp.path.glob(Path(name).name + "*"):
                leftover.unlink(missing_ok=True)

    def _made(self, site: Site, upload: Upload, path: Path) -> Derivative | None:
        """Of a copy of the file at ``path``; None if it can't be read."""
        try:
            stored = _stored(site, upload.root, f"images/{upload.folder}/{self.made_of(upload)}")
            with stored.file as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
            return self.make(site, upload, path)
        except (Busy, StorageFull):
            raise
        except (UploadError, OSError, MemoryError) as error:
            if isinstance(error, OSError) and is_full(error):
                raise
            if _may_pass(error):
                raise NotNow(repr(error.__cause__ or error)) from error
            log.warning("No %s for the upload %s: %s", self.column, upload.public_id, error)
            return None

    def _publish(self, site: Site, upload: Upload, made: Derivative) -> bool:
        """All its files are written down meanwhile, so that nobody moves or deletes them. Where
        the name is an older upload's, it goes without. Raises Moving.
        """
        path = f"images/{upload.folder}/{upload.derivative(self.kind)}"
        paths, file_bytes = [*upload.places, path], made.size
        if site.storage.holds_any([path]):
            return False
        if not reserve(site, paths, upload):
            raise Moving()
        try:
            db.session.refresh(upload)  # reload it, now that no other process may change it
            if paths[0] != upload.files[0]:
                raise Moving()  # it has been replaced, or rotated
            site.storage.publish(upload.root, [(made.path, path)])
            with site.writing:
                begin_write()
                setattr(upload, self.column, file_bytes)
                Journal.strike(paths)
                db.session.commit()
        except BaseException:
            give_up(site, paths)
            raise
        return True


def _may_pass(error: Exception) -> bool:
    """A fault of the system, also as the cause of what a decoder raised."""
    return any(
        isinstance(one, MemoryError) or (isinstance(one, OSError) and one.errno in _PASSING)
        for one in (error, error.__cause__)
    )


def _stored(site: Site, root: str, path: str) -> OpenFile:
    """The file, which may have moved to the other root since its row was read, or may just do so
    before its row says it.
    """
    for any_root in (root, *(other for other in ROOTS if other != root)):
        with contextlib.suppress(FileNotFoundError):
            return site.storage.open(any_root, path)
    return site.storage.open(root, path)  # there and back in between, or gone
