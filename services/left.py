"""How much space is left for uploads, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from media.errors import UploadError
from services.forecast import Forecast, forecast
from services.quota import MB
from services.site import Site


@dataclass(frozen=True)
class Left:
    """``disk``: bytes that are free; None where the storage doesn't answer. ``bytes``: those that
    uploads may take, less what always stays free, or less by the quota of the site (``by_quota``).
    """

    disk: int | None
    bytes: int = 0
    by_quota: bool = False
    forecast: Forecast | None = None


def left_here(site: Site, kept: int, grown: int, age: timedelta) -> Left:
    """``kept``, and by how much it has ``grown``, as `forecast` takes it."""
    try:
        disk = site.storage.space().bytes
    except (OSError, UploadError):
        return Left(None)
    left = max(0, disk - site.config.min_free_mb * MB)
    quota = site.settings.site_quota_mb * MB
    by_quota = bool(quota) and quota - kept < left
    if by_quota:
        left = max(0, quota - kept)
    return Left(disk, left, by_quota, forecast(left, grown, age))
