"""A backup that ends before any of its steps: every copy in its folder is whole, at most one is
unfinished, and the next one goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from media.sums import sum_of_path
from models import Snapshot
from services.backup import BackupFolder, Copy, Wishes, back_up, back_up_some
from tests.crash.scenes import Scene, delete, site_at


def folder_of(data: Path) -> Path:
    return data.with_name("backup")


def begin(app: Flask, _facts: dict[str, Any]) -> None:
    """Some of it, as a turn of the job does."""
    site = app.extensions["keepsake"]
    back_up_some(site, folder_of(site.config.data), lambda: True)


def end(app: Flask, _facts: dict[str, Any]) -> None:
    site = app.extensions["keepsake"]
    back_up(site, folder_of(site.config.data))


def broken(data: Path) -> list[str]:
    """What is wrong with the backup as it was left, and once it was gone on with."""
    path, told = folder_of(data), list[str]()
    if path.is_dir() and any(path.iterdir()):
        told = _copies_faults(BackupFolder(path))
    with site_at(data) as app:  # what a power cut left lies at another place
        wishes = Wishes(drop=True, begin_anew=True, take_over=True)
        back_up(app.extensions["keepsake"], path, wishes)
    told += _copies_faults(BackupFolder(path))
    told += [f"{left} is left" for left in path.glob("*.*") if left.suffix != ".json"]
    return told + [name for name in ("held", "copying") if (data / name).exists()]


def _copies_faults(folder: BackupFolder) -> list[str]:
    told = [] if len(folder.leftovers(".part")) < 2 else ["two are unfinished"]
    for copy in folder.copies():
        told += _copy_faults(copy)
    return told


def _copy_faults(copy: Copy) -> list[str]:
    listed = dict(copy.sums())
    told = [f"{copy.name} has no list"] if not listed else []
    for name, digits in listed.items():
        path = copy.path / name
        if not path.exists() or sum_of_path(path) != digits:
            told.append(f"{copy.name}: {name} isn't what it was")
    snapshot = Snapshot(copy.database)
    for _row, files in snapshot.files(0, 1000):
        told += [
            f"{copy.name} lacks {one.path}"
            for one in files
            if f"{one.root}/{one.path}" not in listed
        ]
    snapshot.close()
    return told


SCENES = {
    "backup": Scene(
        [(begin, {}), (delete("one"), {"one": ""}), (end, {}), (end, {})], afterwards=broken
    )
}
