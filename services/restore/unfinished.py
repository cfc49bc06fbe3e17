"""The mark of a data folder that is half restored: some files are of before, some of the copy. No
server starts there until the restore is done.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config import FLASK
from media.storage.durable import fsync, write_whole

MARKER = "restore.json"  # in the data folder


class HalfRestored(Exception):
    """The folder is no site now; the message says how it becomes one."""


@dataclass(frozen=True)
class Unfinished:
    """``folder`` is the copy that is restored, ``before`` the name of the folder, in the data
    folder, that gets what the copy doesn't have.
    """

    folder: str
    before: str


def read(data: Path) -> Unfinished | None:
    """Raises HalfRestored for a mark that can't be read."""
    try:
        text = (data / MARKER).read_text()
    except FileNotFoundError:
        return None
    try:
        return Unfinished(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise HalfRestored(f"{data / MARKER} can't be read") from error


def write(data: Path, unfinished: Unfinished) -> None:
    write_whole(data / MARKER, json.dumps(asdict(unfinished)))


def remove(data: Path) -> None:
    (data / MARKER).unlink(missing_ok=True)
    fsync(data)


def check(data: Path) -> None:
    """Raises HalfRestored."""
    if unfinished := read(data):
        raise HalfRestored(
            f"{data} is half restored: a restore was stopped midway. Go on with it: "
            f"{FLASK} restore {unfinished.folder}"
        )
