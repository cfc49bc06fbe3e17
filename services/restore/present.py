"""What is in a data folder before something is restored into it."""

from __future__ import annotations

import os
from pathlib import Path

from media.storage import ROOTS
from media.storage.mark import MARKER
from models import DatabaseFault, database_copy
from services.data_folder import DATABASE


def site_there(data: Path) -> str | None:
    """The id of the site; "" where that can't be read any more, None where there is none."""
    if (data / DATABASE).exists():
        try:
            return database_copy.facts(data / DATABASE).site_id
        except DatabaseFault:
            return _marked(data)
    has_files = any(names for root in ROOTS for _, _, names in os.walk(data / root / "images"))
    return _marked(data) if has_files else None


def _marked(data: Path) -> str:
    for root in ROOTS:
        try:
            return (data / root / MARKER).read_text()
        except (OSError, UnicodeDecodeError):
            continue
    return ""
