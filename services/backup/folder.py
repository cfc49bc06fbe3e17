"""The folder of a backup: one *copy* of all that must be kept for each time it was made.

    keepsake-backup.json       {"format": 1, "site": "...", "writer": "...", "made": [...]}
    2026-11-27T02-15-00Z/      a copy: a whole data folder, and SHA256SUMS, a line for each file
    2026-11-28T02-15-00Z.part/ one that is being made

A file that didn't change is a hard link to that of the copy before. An earlier version kept one
copy alone, in the folder itself and without sums.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config import FLASK
from media import sums
from media.storage.durable import write_whole
from models import DatabaseFault, database_copy
from services.data_folder import DATABASE

log = logging.getLogger("keepsake")

MARKER = "keepsake-backup.json"
FORMAT = 1
TIME_FORMAT = "%Y-%m-%dT%H-%M-%SZ"  # no colon: SMB and FAT have none in names
CLOCK_STEP = timedelta(days=1)  # a clock that is further ahead was wrong
UNFINISHED = ".part"
# What file systems and network storage put into any folder, besides what begins with a dot.
_OF_OTHERS = ("lost+found", "System Volume Information", "$RECYCLE.BIN", "@eaDir", "#recycle")


class NotABackup(Exception):
    """The folder holds something else, or a backup that this version doesn't know."""


class InBackup(Exception):
    """A data folder lies in a backup: working on it would change a copy. The message says what to
    do.
    """


@dataclass(frozen=True)
class Copy:
    """One copy, whole. ``at`` is when it was begun, in UTC: what it shows is the site then."""

    path: Path
    at: datetime

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    def sums(self) -> Iterator[tuple[str, str]]:
        """Pairs of path (``public/images/2026/11/27/a.jpg``) and SHA-256; none for a copy of an
        earlier version. Raises NotAList and OSError.
        """
        try:
            file = (self.path / sums.LIST).open(encoding="utf-8", newline="\n")
        except FileNotFoundError:
            return
        with file:
            yield from sums.read(file)


@dataclass(frozen=True)
class BackupFolder:
    path: Path

    def copies(self) -> list[Copy]:
        """The newest first, as they were made; without what is unfinished. Raises NotABackup where
        the folder is one of something else; one that isn't there, or is empty, has none.
        """
        entries = self._entries()
        if not entries:
            return []
        found = self._found()
        if not (self.path / MARKER).exists():
            if (self.path / DATABASE).exists():
                return [_flat(self.path)]
            if not found:
                raise NotABackup(
                    f"{self.path} holds no backup, but {entries[0].name}. Name an empty folder, or "
                    "one that isn't there yet."
                )
        made = {name: place for place, name in enumerate(self._facts().get("made", ()))}
        # a clock may have been wrong: the order in which they were made counts
        return sorted(found, key=lambda one: (made.get(one.name, -1), one.name), reverse=True)

    def looks_like_one(self) -> bool:
        """Whether there is a backup, or what is left of one."""
        names = (MARKER, DATABASE)
        return any((self.path / name).exists() for name in names) or bool(self._found())

    def _found(self) -> list[Copy]:
        return [copy for entry in self._entries() if (copy := _copy(entry))]

    def _entries(self) -> list[Path]:
        """By their names; without what a file system or a network storage puts there."""
        if not self.path.is_dir():
            return []
        entries = sorted(self.path.iterdir())
        return [one for one in entries if one.name not in _OF_OTHERS and one.name[0] != "."]

    def note(self, name: str) -> None:
        """That this copy is the newest one. Whoever makes it says so before it has its name."""
        known = {copy.name for copy in self.copies()}
        facts = self._facts()
        made = [one for one in facts.get("made", ()) if one in known and one != name]
        write_whole(self.path / MARKER, json.dumps({**facts, "made": [*made, name]}) + "\n")

    def newest(self) -> Copy | None:
        return next(iter(self.copies()), None)

    def leftovers(self, ending: str) -> list[Path]:
        """Folders with the name of a copy and this ending: none is a copy. A link is none of ours:
        it may lead anywhere.
        """
        named = sorted(self.path.glob(f"*{ending}"))
        ours = [path for path in named if time_of(path.name.removesuffix(ending))]
        return [path for path in ours if path.is_dir() and not path.is_symlink()]

    def site_id(self) -> str:
        """Of which site it is a backup; "" for one of an earlier version. Raises NotABackup."""
        if site := self._facts().get("site"):
            return str(site)
        return next(filter(None, map(_site_of, reversed(self._found()))), "")

    def writer(self) -> str:
        """Which data folder makes it; "" where none said so yet. Raises NotABackup."""
        return str(self._facts().get("writer", ""))

    def _facts(self) -> dict[str, Any]:
        """Of the marker; none where it is lost or damaged: the copies are whole without it. Raises
        NotABackup for one of a later version.
        """
        marker = self.path / MARKER
        try:
            facts = json.loads(marker.read_text())
            if facts["format"] == FORMAT:
                return {"site": facts["site"], **facts}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError) as error:
            log.warning("%s is damaged, and goes for lost: %s", marker, error)
            return {}
        raise NotABackup(f"{self.path} was made by a later version. Update Keepsake.")

    def claim(self, site_id: str) -> None:
        """Make it a backup of this site. Raises NotABackup where it is another one's."""
        if self.site_id() not in ("", site_id):
            raise NotABackup(f"{self.path} is the backup of another site: name another folder")
        if not self._facts():
            facts = json.dumps({"format": FORMAT, "site": site_id})
            write_whole(self.path / MARKER, facts + "\n")

    def take(self, writer: str, *, over: bool = False) -> None:
        """Note which data folder makes it. Raises NotABackup where another one does, unless it is
        to be taken ``over``.
        """
        facts = self._facts()
        if not over and facts.get("writer", writer) != writer:
            raise NotABackup(
                f"{self.path} is made by another data folder of this site, such as the one that "
                "this one was restored or copied from. If that is gone, take the backup over: "
                f"{FLASK} backup --take-over {self.path}"
            )
        if facts.get("writer") != writer:
            write_whole(self.path / MARKER, json.dumps({**facts, "writer": writer}) + "\n")


def as_named(path: Path) -> Path:
    """Whole and without ``..``, but as it was written: no disk is asked, as it may be asleep."""
    return Path(os.path.abspath(path))  # noqa: PTH100 -- resolve() asks the disk


def copy_in(path: Path) -> Copy:
    """What somebody names to restore: a backup, of which the newest copy is meant, or a copy.
    Raises NotABackup where there is none.
    """
    if path.is_dir() and (copy := _copy(path)):
        return copy
    if not path.is_dir():
        raise NotABackup(f"{path} holds no backup: there is no such folder. Is its disk there?")
    folder = BackupFolder(path)
    if not folder.looks_like_one():
        raise NotABackup(f"{path} holds no backup: there is no {MARKER} in it. Name its folder.")
    newest = folder.newest()
    if newest is None:
        raise NotABackup(f"{path} holds no backup that is whole")
    return newest


def check_outside(data: Path) -> None:
    """Raises InBackup where a data folder lies in a backup, or is a copy of one."""
    place = data.resolve()
    for folder in (place, *place.parents):
        if (folder / MARKER).exists():
            raise InBackup(
                f"{data} lies in the backup {folder}, where nothing may change. Restore it into "
                f"another folder: set KEEPSAKE_DATA to that, then {FLASK} restore {data}"
            )


def name_at(at: datetime) -> str:
    """The name of a copy that is begun now."""
    return at.astimezone(UTC).strftime(TIME_FORMAT)


def time_of(name: str) -> datetime | None:
    """Of a copy that is named so, when it was begun; None for another name."""
    try:
        return datetime.strptime(name, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _copy(path: Path) -> Copy | None:
    at = time_of(path.name)
    is_one = at and not path.is_symlink() and (path / DATABASE).exists()
    return Copy(path, at) if at and is_one else None


def _flat(path: Path) -> Copy:
    modified = (path / DATABASE).stat().st_mtime
    return Copy(path, datetime.fromtimestamp(modified, UTC))


def _site_of(copy: Copy) -> str:
    try:
        return database_copy.facts(copy.database).site_id
    except DatabaseFault:
        return ""
