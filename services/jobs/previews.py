"""Make the previews of large files, the newest first: of new uploads, and of those that older
versions kept.

A row says that it waits for its preview until it has one, or none is worth it. One whose file can't
be read goes without.
"""

from __future__ import annotations

import logging
from pathlib import Path

from media.errors import UploadError
from media.formats import FORMATS
from media.pixels import memory
from media.pixels.derive import Derivative, derive_preview
from media.probe import probe
from models import DatabaseFault, Payload, Upload, begin_write, db
from services.errors import Busy
from services.jobs.kind import Turn
from services.jobs.later import Later, Moving, NotNow
from services.jobs.limits import LIMITS, PREVIEW_TRIES
from services.site import Site

log = logging.getLogger("keepsake")


def has_work(site: Site) -> bool:
    return Upload.newest_without_preview() is not None


def run(site: Site, turn: Turn) -> Payload | None:
    """Each attempt is written down before it is made: an upload that ends the process goes without
    a preview, and others get theirs. What can't be read just now is tried again.

    Raises StorageMissing or StorageFull. While uploads need the memory, it goes on later.
    """
    tries: dict[str, int] = dict(turn.payload.get("tries", {}))  # by public id
    below = None
    while upload := Upload.newest_without_preview(below):
        site.check_ready()
        public_id, row = upload.public_id, upload.id
        times = tries.get(public_id, 0)
        if times >= PREVIEW_TRIES:
            log.warning("No preview for the upload %s after %s attempts", public_id, times)
            _go_without(site, public_id)
            del tries[public_id]
            continue
        turn.note({"tries": {**tries, public_id: times + 1}})
        try:
            if not _PREVIEW.give(site, upload):
                _go_without(site, public_id)
            tries.pop(public_id, None)
        except Busy:
            return {"tries": tries}
        except Moving:
            below = row
        except NotNow as error:
            log.warning("No preview for the upload %s yet: %s", public_id, error)
            tries[public_id], below = times + 1, row
        except (UploadError, OSError, DatabaseFault):  # none of this file's doing
            db.session.rollback()
            turn.note({"tries": tries})
            raise
        db.session.expire_all()
        if turn.is_over():
            return {"tries": tries}
    return {"tries": tries} if tries else None


def _go_without(site: Site, public_id: str) -> None:
    db.session.rollback()
    with site.writing:
        begin_write()
        Upload.needs_no_preview(public_id)
        db.session.commit()


def _make(site: Site, upload: Upload, path: Path) -> Derivative | None:
    file_bytes = path.stat().st_size
    with site.budget.holding(memory.look(upload.format, file_bytes), LIMITS.turn):
        facts = probe(path, max_megapixels=site.settings.max_megapixels, allowed=FORMATS)
    with site.budget.holding(memory.need_of_preview(facts, file_bytes), LIMITS.turn):
        return derive_preview(path, facts)


_PREVIEW = Later("pv", "preview_size", lambda upload: upload.filename, _make)
