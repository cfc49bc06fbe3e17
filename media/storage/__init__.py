"""Where bytes live: two roots of files, asked by root and relative path. What a storage does is
said here; `media.storage.disk` is the one there is. No path of a file leaves this room.

``public`` holds nothing but files that anyone may fetch until somebody deletes them, ``private``
all others under the same relative paths (``images/2026/11/25/cat.jpeg``). Whoever publishes, moves,
withdraws or deletes has written the paths down before (`services.place`), so nobody else touches
them meanwhile.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from media.errors import StorageFull
from media.storage.temp import TempFolder

PUBLIC, PRIVATE = "public", "private"
ROOTS = (PUBLIC, PRIVATE)
FOUND, DAMAGED = "found", "damaged"  # folders of files that were set aside
MIN_FREE_NAMES = 200  # some hundred uploads' worth, and the database's own


class OpenFile(NamedTuple):
    """A file for reading, without a buffer; its ``size`` in bytes, and when it was written, in
    nanoseconds since 1970. Whoever opened it closes it.
    """

    file: io.RawIOBase
    size: int
    modified_ns: int


class State(NamedTuple):
    """What a name in a folder stands for. ``kind`` is ``file``, ``link`` (symbolic) or ``other``;
    ``names`` is how many there are of the same file; ``is_too_open``: others may write it, or read
    what is private.
    """

    kind: str
    size: int
    modified_ns: int
    names: int
    is_too_open: bool


@dataclass(frozen=True)
class Space:
    """What is free: bytes, and names (inodes, of which some file systems have a fixed number).
    None: they can't run out.
    """

    bytes: int
    names: int | None = None

    def check(self, min_free_bytes: int) -> None:
        """Raises StorageFull where bytes or names are short."""
        if self.bytes < min_free_bytes or (self.names is not None and self.names < MIN_FREE_NAMES):
            raise StorageFull()


class Storage(Protocol):
    """Any method raises OSError where the storage fails, and ValueError for a path that would leave
    its root. What a method has changed is on the disk when it returns, whatever happens then.

    ``temp`` is where uploads are received and worked on: a folder of this machine by nature.
    """

    temp: TempFolder

    def let_proxies_read(self, may: bool) -> None:
        """Whether another program may serve the public root by itself, as far as the storage can
        keep it out.
        """

    def publish(self, root: str, files: Sequence[tuple[Path, str]]) -> None:
        """Bring temp files to their relative paths under ``root``; no reader sees one that isn't
        whole. The temp files are gone then.
        """

    def open(self, root: str, path: str) -> OpenFile:
        """A stored file. Raises FileNotFoundError where there is none. The server's loop calls it
        for each public file, so it waits for nothing but the disk.
        """

    def holds_any(self, paths: Sequence[str]) -> bool:
        """Whether a file is at one of these paths in either root, with a row or without."""

    def move(self, paths: Sequence[str], source: str, target: str) -> None:
        """From one root to the other, over what is there; no moment has a file in neither. What is
        lost already stays lost.
        """

    def withdraw(self, root: str, paths: Sequence[str]) -> None:
        """Take files out of ``root``, where they don't belong: to the other root, or away where
        that has the path already. Twice does no harm.
        """

    def delete(self, paths: Sequence[str]) -> None:
        """Out of both roots. What isn't there is no error."""

    def hold(self) -> None:
        """From now on keep what is removed, out of both roots and served to nobody, until `let_go`:
        a backup copies it. What was held before is let go of.
        """

    def open_held(self, root: str, path: str) -> OpenFile:
        """The first file that was removed from there since `hold`. Raises FileNotFoundError where
        there is none.
        """

    def held_since(self) -> float | None:
        """When `hold` was called, in seconds of the epoch; None: nothing is held."""

    def let_go(self) -> None:
        """Delete what is held, and hold no more. Twice does no harm."""

    def folders(self, after: str = "") -> Iterator[str]:
        """Every folder below ``images/`` of either root that has files, such as ``2026/11/25``, in
        order, part by part, from behind ``after``. It is read as far as somebody asks.
        """

    def list(self, folder: str) -> Iterator[tuple[str, str]]:
        """(root, relative path) of each file in a folder below ``images/``."""

    def last_touched(self, root: str, path: str) -> float:
        """When a file was written or moved last, in seconds since 1970; now, where it is gone."""

    def state(self, root: str, path: str) -> State | None:
        """What is at this path, whether or not it is what should be; None for nothing."""

    def entries(self, folder: str) -> Iterator[tuple[str, str, State]]:
        """As `list`, with all that isn't a folder, and what it is."""

    def strangers(self) -> Iterator[str]:
        """What lies in a root and was not put there by us: ``public/notes.txt``."""

    def keeps_private(self) -> bool:
        """Whether others on this machine may not read a file that is ours alone. FAT, NTFS and CIFS
        have one mode for all files.
        """

    def set_mode(self, root: str, path: str) -> None:
        """Give a file the mode that files of its root have."""

    def set_aside(self, kept_in: str, root: str, path: str, *, stays: bool = False) -> str:
        """Keep a file in a folder of its own, FOUND or DAMAGED, over none that is there; under
        which path. ``stays``: it is in its place, too, until another one takes that.
        """

    def has_aside(self, older_than: float) -> bool:
        """Whether a file was set aside so many seconds ago."""

    def clear_aside(self, older_than: float) -> int:
        """Delete what was set aside so many seconds ago; how many files."""

    def tidy(self, older_than: float) -> None:
        """Clear away what holds no file any more, such as empty folders, and is untouched for
        ``older_than`` seconds.
        """

    def space(self) -> Space:
        """What is free where it is shortest, the folder of temp files included."""

    def prepare(self) -> None:
        """Make what a first start needs; no harm at any other."""

    def mark(self, site_id: str, known: Mapping[str, str]) -> None:
        """Claim roots for a site. ``known`` has, for each root that holds files of the site, the
        path of one.

        A root is claimed while it is empty and should be, or where a power cut emptied its mark and
        the known file is there. Roots that carry another site's mark, or lost theirs, are left
        alone.
        """

    def check(self, site_id: str) -> None:
        """Raises StorageMissing unless both roots are there and belong to the site."""

    def check_writable(self) -> None:
        """Raises StorageMissing where a root or the temp folder can't be written to, as far as it
        tells without writing.
        """

    def try_writing(self) -> None:
        """Raises StorageMissing or StorageFull where a small file doesn't get to the disk: a
        failing one looks writable until then.
        """
