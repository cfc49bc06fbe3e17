"""Make the tiles of uploads that older versions kept, the newest first.

Migration 0016 adds the job, once. The payload tells which upload is next, so each is tried once:
one that can't be read any more goes without.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from media.errors import StorageFull, UploadError, is_full
from media.formats import FORMATS
from media.pixels import memory, tile
from media.pixels.derive import Derivative, derive_tile
from media.probe import probe
from media.storage import ROOTS, OpenFile
from models import Journal, Payload, Upload, begin_write, db
from services.errors import Busy
from services.jobs.kind import Turn
from services.jobs.limits import LIMITS
from services.place import give_up, reserve
from services.site import Site

log = logging.getLogger("keepsake")


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises StorageMissing or StorageFull. While uploads need the memory, it goes on later."""
    below = turn.payload.get("below")
    while upload := Upload.newest_without_tile(below):
        site.check_ready()
        try:
            _give_tile(site, upload)
        except Busy:
            return {"below": below}
        below = upload.id
        db.session.expire_all()
        if turn.is_over():
            return {"below": below}
    return None


def _give_tile(site: Site, upload: Upload) -> None:
    if not tile.is_needed(upload, upload.size):
        return
    handle, name = tempfile.mkstemp(dir=site.storage.temp.path, prefix="tile-")
    os.close(handle)
    try:
        made = _made(site, upload, Path(name))
        if made:
            _publish(site, upload, made)
    finally:
        for leftover in site.storage.temp.path.glob(Path(name).name + "*"):
            leftover.unlink(missing_ok=True)


def _made(site: Site, upload: Upload, path: Path) -> Derivative | None:
    """Of a copy of the file at ``path``; None if it can't be read."""
    try:
        return _from_copy(site, upload, path)
    except (Busy, StorageFull):
        raise
    except (UploadError, OSError) as error:
        if isinstance(error, OSError) and is_full(error):
            raise
        log.warning("No tile for the upload %s: %s", upload.public_id, error)
        return None


def _from_copy(site: Site, upload: Upload, path: Path) -> Derivative | None:
    """Of a video, its frame is copied."""
    name = upload.derivative("fr") if upload.frame_size else upload.filename
    stored = _stored(site, upload.root, f"images/{upload.folder}/{name}")
    with stored.file as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    file_bytes, kind = path.stat().st_size, "jpg" if upload.frame_size else upload.format
    with site.budget.holding(memory.look(kind, file_bytes), LIMITS.turn):
        facts = probe(path, max_megapixels=site.settings.max_megapixels, allowed=FORMATS)
    with site.budget.holding(memory.need(facts, file_bytes), LIMITS.turn):
        return derive_tile(path, facts, upload.derivative_extension, upload, upload.size)


def _stored(site: Site, root: str, path: str) -> OpenFile:
    """The file, which may have moved to the other root since its row was read, or may just do so
    before its row says it.
    """
    for any_root in (root, *(other for other in ROOTS if other != root)):
        with contextlib.suppress(FileNotFoundError):
            return site.storage.open(any_root, path)
    return site.storage.open(root, path)  # there and back in between, or gone


def _publish(site: Site, upload: Upload, made: Derivative) -> None:
    """All its files are written down meanwhile, so that nobody moves or deletes them. Where
    somebody just does, or where the name is an older upload's, it goes without.
    """
    path = f"images/{upload.folder}/{upload.derivative('tl')}"
    paths, tile_size = [*upload.places, path], made.size
    if site.storage.holds_any([path]) or not reserve(site, paths, upload):
        return
    try:
        db.session.refresh(upload)  # reload it, now that no other process may change it
        site.storage.publish(upload.root, [(made.path, path)])
        with site.writing:
            begin_write()
            upload.tile_size = tile_size
            Journal.strike(paths)
            db.session.commit()
    except BaseException:
        give_up(site, paths)
        raise
