"""A backup of an earlier version, one copy in the folder itself, becomes the first of the dated
ones.

By renames: a kill leaves some of it moved, and the next run moves the rest. The database is moved
last, as it is what makes a copy of a folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from media.storage import PUBLIC, ROOTS
from media.storage.durable import fsync
from media.storage.mark import MARKER
from services.backup.folder import BackupFolder, NotABackup, name_at
from services.data_folder import DATABASE

UNFINISHED = ".adopting"
NAMES = (*ROOTS, "secret_key", "config.toml", DATABASE)


def adopt(folder: BackupFolder, site_id: str) -> None:
    """No harm where there is nothing to adopt. Raises NotABackup for one of another site."""
    if (folder.path / DATABASE).exists():
        _check_whose(folder.path, site_id)
        folder.claim(site_id)
        at = datetime.fromtimestamp((folder.path / DATABASE).stat().st_mtime, UTC)
        target = folder.path / (name_at(at) + UNFINISHED)
        target.mkdir(mode=0o700, exist_ok=True)
        for name in NAMES:
            if (folder.path / name).exists():
                (folder.path / name).rename(target / name)
    for moved in folder.path.glob(f"*{UNFINISHED}"):
        moved.rename(moved.with_name(moved.name.removesuffix(UNFINISHED)))
    fsync(folder.path)


def _check_whose(path: Path, site_id: str) -> None:
    for folder in (path / PUBLIC, *path.glob(f"*{UNFINISHED}/{PUBLIC}")):
        mark = folder / MARKER
        if mark.exists() and mark.read_text() not in ("", site_id):
            raise NotABackup(f"{path} is the backup of another site: name another folder")
