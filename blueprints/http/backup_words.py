"""Backups in words."""

from __future__ import annotations

from datetime import tzinfo

from blueprints.http.language import lazy as _l
from blueprints.http.language import minute
from services.backup.folder import time_of
from services.backup.known import KnownCopy

ASKED = _l("A backup will be made in a moment.")


def when(copy: KnownCopy, zone: tzinfo) -> str:
    at = time_of(copy.name)
    return minute(at.astimezone(zone)) if at else copy.name
