"""Where good bytes of a lost file may be: the other root of the site, and copies of backups, the
newest first. Nothing is believed that a hash doesn't prove.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from media.errors import StorageFull, is_full
from media.storage import ROOTS
from media.sums import PIECE, NotAList
from models.filed import SENT, Filed, Part
from services.backup.folder import BackupFolder, Copy
from services.doctor.files import is_as_filed
from services.site import Site

# Each reads the list of a copy, a second of a million files; whole libraries that were renamed are
# a case for `flask restore`.
MOST_SEARCHES = 200


class Sources:
    """``folders`` are those of backups. Raises NotABackup for one that is none, and OSError."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders, self._searches = folders, 0

    @property
    def is_set_up(self) -> bool:
        """Whether any backup was named."""
        return bool(self._folders)

    @cached_property
    def copies(self) -> list[Copy]:
        """Of all backups, the newest first."""
        found = [copy for folder in self._folders for copy in BackupFolder(folder).copies()]
        return sorted(found, key=lambda copy: copy.at, reverse=True)

    def fetch(self, site: Site, upload: Filed, part: Part, target: Path) -> str:
        """Copy the right bytes to ``target``, a temp file, and say where they came from: a root, or
        the path of a copy; "" where nobody has them. Raises StorageFull and OSError of the target.
        """
        for name, source in self._candidates(site, upload, part):
            with source:
                is_read = _copy(source, target)
            if not is_read:
                continue
            with io.FileIO(target) as copied:
                if is_as_filed(upload, part, copied):
                    return name
        return ""

    def _candidates(self, site: Site, upload: Filed, part: Part) -> Iterator[tuple[str, Any]]:
        """Name and open file of what may hold them."""
        other = next(root for root in ROOTS if root != part.root)
        try:
            state = site.storage.state(other, part.path)
            if state and state.kind == "file":
                yield other, site.storage.open(other, part.path).file
        except OSError:
            pass
        paths = [f"{root}/{part.path}" for root in (part.root, other)]
        for copy in self.copies:
            for path in paths:
                yield from _opened(copy, path, part)
        sha256 = _sum_of_file(upload, part)
        for copy in self.copies if sha256 and self._searches < MOST_SEARCHES else ():
            self._searches += 1
            for path in _named_so(copy, sha256):
                yield from _opened(copy, path, part)


def _copy(source: Any, target: Path) -> bool:
    """Whether all of ``source`` could be read: its disk may be the damaged one. Raises StorageFull
    and OSError of the target.
    """
    try:
        with target.open("wb") as file:
            while True:
                try:
                    piece = source.read(PIECE)
                except OSError:
                    return False
                if not piece:
                    break
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if is_full(error):
            raise StorageFull() from error
        raise
    return True


def _opened(copy: Copy, path: str, part: Part) -> Iterator[tuple[str, Any]]:
    """No link is followed, and nothing but a file of the right size is read."""
    file = copy.path / path
    try:
        state = file.lstat()
        if stat.S_ISREG(state.st_mode) and state.st_size == part.size:
            yield str(file), io.FileIO(file)
    except OSError:
        pass


def _named_so(copy: Copy, sha256: str) -> Iterator[str]:
    """Paths in its list with this sum, as far as the list can be read."""
    try:
        yield from (path for path, digits in copy.sums() if digits == sha256)
    except (NotAList, UnicodeDecodeError, OSError):
        return


def _sum_of_file(upload: Filed, part: Part) -> str:
    """SHA-256 of the stored bytes, where the row has it."""
    is_sent = part.what == SENT or (upload.is_original and not upload.scrubbed_size)
    return upload.sha256 if is_sent else ""
