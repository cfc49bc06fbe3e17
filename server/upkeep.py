"""Clearing up in the background, for as long as the server runs."""

from __future__ import annotations

import logging
import time

from flask import Flask

from media.errors import UploadError
from media.storage.running import Occupied
from models import DatabaseFault
from services import upkeep
from services.site import Site

log = logging.getLogger("keepsake")

ORPHAN_SECONDS = 24 * 3600  # between two walks through every file


def clear_up(app: Flask, house: Site) -> None:
    """Run upkeep every ``upkeep_seconds``, for ever."""
    next_orphans = 0.0
    while True:
        orphans = time.monotonic() >= next_orphans
        try:
            with app.app_context():
                upkeep.upkeep(house, orphans=orphans)
        except (UploadError, DatabaseFault, OSError, Occupied) as error:
            log.error("upkeep: %s", error)  # noqa: TRY400  # a fault of the machine: where in our code says nothing
        except Exception:  # whatever it was, the next round may do better
            log.exception("upkeep failed")
        if orphans:
            next_orphans = time.monotonic() + ORPHAN_SECONDS
        time.sleep(house.settings.upkeep_seconds)
