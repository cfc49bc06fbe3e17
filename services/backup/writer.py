"""Which data folder makes a backup. A site that was restored or copied beside the other one, to
look for a file, has the same id and settings, and must not put its old state into that backup.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from media.storage.durable import write_whole

NAME = "backup_writer"  # in the data folder; in no copy of a backup, so that none brings it along


def writer_of(data: Path) -> str:
    """A name for this data folder. One that was moved keeps it, one that was copied is another."""
    here = data.resolve()
    name, place = _read(here)
    if name and place != here and _read(place)[0] == name:
        name = ""  # the other one is still there
    if not name or place != here:
        name = name or secrets.token_hex(16)
        write_whole(here / NAME, f"{name} {here}\n")
    return name


def is_writer(data: Path, name: str) -> bool:
    """Whether it is the one of this name; nothing is written."""
    known, place = _read(data.resolve())
    return known == name and place == data.resolve()


def _read(data: Path) -> tuple[str, Path]:
    """The name, and where the folder was then; "" where there is none."""
    try:
        name, _, place = (data / NAME).read_text().strip().partition(" ")
    except OSError:
        return "", data
    return name, Path(place)
