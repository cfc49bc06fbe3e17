"""How full the disk of the data folder is."""

from __future__ import annotations

import shutil
from typing import NamedTuple

from services.site import Site


class DiskUsage(NamedTuple):
    """In bytes; ``database`` with its log."""

    used: int
    free: int
    database: int


def disk_usage(site: Site) -> DiskUsage:
    """Raises OSError where the disk is away."""
    disk = shutil.disk_usage(site.config.data)
    files = site.config.data.glob("keepsake.sqlite3*")
    return DiskUsage(disk.used, disk.free, sum(file.stat().st_size for file in files))
