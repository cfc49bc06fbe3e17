"""Make the previews of large files, the newest first: of new uploads, and of those that older
versions kept.

A row says that it waits for its preview until it has one, or none is worth it. One whose file can't
be read goes without.
"""

from __future__ import annotations

from pathlib import Path

from media.formats import FORMATS
from media.pixels import memory
from media.pixels.derive import Derivative, derive_preview
from media.probe import probe
from models import Payload, Upload, begin_write, db
from services.errors import Busy
from services.jobs.kind import Turn
from services.jobs.later import Later
from services.jobs.limits import LIMITS
from services.site import Site


def has_work(site: Site) -> bool:
    return Upload.newest_without_preview() is not None


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises StorageMissing or StorageFull. While uploads need the memory, it goes on later."""
    while upload := Upload.newest_without_preview():
        site.check_ready()
        try:
            if not _PREVIEW.give(site, upload):
                _go_without(site, upload)
        except Busy:
            return {}
        db.session.expire_all()
        if turn.is_over():
            return {}
    return None


def _go_without(site: Site, upload: Upload) -> None:
    public_id = upload.public_id
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
