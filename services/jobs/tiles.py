"""Make the tiles of uploads that older versions kept, the newest first.

Migration 0016 adds the job, once. The payload tells which upload is next, so each is tried once:
one that can't be read any more goes without.
"""

from __future__ import annotations

import logging
from pathlib import Path

from media.formats import FORMATS
from media.pixels import memory, tile
from media.pixels.derive import Derivative, derive_tile
from media.probe import probe
from models import Payload, Upload, db
from services.errors import Busy
from services.jobs.kind import Turn
from services.jobs.later import Later, NotNow
from services.jobs.limits import LIMITS
from services.site import Site

log = logging.getLogger("keepsake")


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises StorageMissing or StorageFull. While uploads need the memory, it goes on later."""
    below = turn.payload.get("below")
    while upload := Upload.newest_without_tile(below):
        site.check_ready()
        row, public_id = upload.id, upload.public_id
        try:
            if tile.is_needed(upload, upload.size):
                _TILE.give(site, upload)
        except Busy:
            return {"below": below}
        except NotNow as error:
            log.warning("No tile for the upload %s: %s", public_id, error)
        below = row
        db.session.expire_all()
        if turn.is_over():
            return {"below": below}
    return None


def _made_of(upload: Upload) -> str:
    """Of a video, its frame."""
    return upload.derivative("fr") if upload.frame_size else upload.filename


def _make(site: Site, upload: Upload, path: Path) -> Derivative | None:
    file_bytes, kind = path.stat().st_size, "jpg" if upload.frame_size else upload.format
    with site.budget.holding(memory.look(kind, file_bytes), LIMITS.turn):
        facts = probe(path, max_megapixels=site.settings.max_megapixels, allowed=FORMATS)
    with site.budget.holding(memory.need(facts, file_bytes), LIMITS.turn):
        return derive_tile(path, facts, upload.derivative_extension, upload, upload.size)


_TILE = Later("tl", "tile_size", _made_of, _make)
