"""Copies to restore, and the command that does it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from click.testing import Result
from flask import Flask

from cli.restore import restore_command
from media import sums
from services.backup import BackupFolder, Copy, back_up, copy_in
from services.backup.folder import MARKER
from tests.crash.scenes import site_at

AT = "2026-11-27T02-15-00Z"


def make_copy(data: Path, folder: Path) -> Copy:
    """The newest in a backup of the site at ``data``."""
    with site_at(data) as app:
        site = app.extensions["keepsake"]
        back_up(site, folder)
        if not (folder / MARKER).exists():
            flat = folder.with_name("flat")
            folder.rename(flat)
            folder.mkdir()
            flat.rename(folder / AT)
            found = files(folder / AT)
            with (folder / AT / sums.LIST).open("w") as file:
                sums.write(file, {path: sums.sum_of_path(folder / AT / path) for path in found})
            BackupFolder(folder).claim(site.id)
    return copy_in(folder)


def flat_copy(copy: Copy, folder: Path) -> Path:
    """As an earlier version made it."""
    shutil.copytree(copy.path, folder)
    (folder / sums.LIST).unlink()
    return folder


def restore(data: Path, *words: str | Path, answer: str = "") -> Result:
    """``flask restore`` with these words, of a site at ``data``."""
    app = Flask("keepsake", instance_path=str(data))
    app.cli.add_command(restore_command)
    return app.test_cli_runner().invoke(
        args=["restore", *(str(word) for word in words)], input=answer
    )


def files(folder: Path) -> dict[str, bytes]:
    """All below ``folder``, but for what processes leave while they work."""
    found = {}
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            relative = path.relative_to(folder).as_posix()
            if not relative.startswith(("locks/", "tmp/")) and not relative.endswith("-shm"):
                found[relative] = path.read_bytes()
    return found


def of_site(folder: Path) -> dict[str, bytes]:
    """Files of uploads alone."""
    return {path: data for path, data in files(folder).items() if "/images/" in path[:20]}
