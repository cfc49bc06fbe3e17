"""A data folder for a restore alone: no server works on it, and none starts meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from media.storage.running import Occupied, Running
from services.backup.folder import check_outside
from services.restore.errors import CannotRestore

WAIT_SECONDS = 5.0  # for a command that is just starting


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Raises CannotRestore."""
    running = Running(data)
    try:
        with running.exclusive(WAIT_SECONDS):
            if running.others():
                raise _in_use(data)
            yield
    except Occupied as error:
        raise _in_use(data) from error


def check_apart(copy: Path, data: Path) -> None:
    """Raises CannotRestore where one lies in the other, and InBackup where ``data`` is another
    copy.
    """
    check_outside(data)
    ours, theirs = data.resolve(), copy.resolve()
    if theirs.is_relative_to(ours) or ours.is_relative_to(theirs):
        raise CannotRestore(
            f"{copy} and the data folder {data} lie in each other. Move the backup elsewhere."
        )


def _in_use(data: Path) -> CannotRestore:
    return CannotRestore(
        f"Keepsake is running on {data}. Stop it (systemctl stop keepsake, or Ctrl+C where it was "
        "started), then restore again."
    )


def give_to_owner(data: Path) -> None:
    """What root has restored belongs to who has the data folder: the server runs as they do."""
    owner = data.stat()
    if os.geteuid() or not owner.st_uid:
        return
    for folder, _, names in os.walk(data):
        for path in (Path(folder), *(Path(folder, name) for name in names)):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
