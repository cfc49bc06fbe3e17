"""The folder ``bin/`` of earlier versions: what they were deleting when they ended."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from media.storage.disk import FILE_MODE
from media.storage.durable import fsync, put


def entries(data: Path) -> list[str]:
    """``<public id>/<root>/<relative path>`` of each file below ``bin/`` of a data folder."""
    folder = data / "bin"
    return sorted(
        (Path(parent) / name).relative_to(folder).as_posix()
        for parent, _, names in os.walk(folder)
        for name in names
    )


def empty(data: Path, rescued: Iterable[str]) -> None:
    """End it; ``rescued`` ones go back to their places."""
    for entry in rescued:
        _, root, path = entry.split("/", 2)
        target = data / root / path
        put(data / "bin" / entry, target, FILE_MODE[root])
        fsync(target.parent)
    shutil.rmtree(data / "bin", ignore_errors=True)
