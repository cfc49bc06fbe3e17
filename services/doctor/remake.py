"""Derivatives of an upload made anew, of its file."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from media.formats import FORMATS
from media.pixels import memory
from media.pixels.derive import Derivative, derive, derive_preview
from media.probe import probe
from models import Upload
from models.filed import Filed
from services.jobs.limits import LIMITS
from services.site import Site

COLUMNS = {
    "th": "thumb_size", "md": "medium_size", "tl": "tile_size", "fr": "frame_size",
    "pv": "preview_size",
}  # fmt: skip


@contextlib.contextmanager
def temp_file(site: Site) -> Iterator[Path]:
    """Gone afterwards, with all that was made beside it."""
    handle, name = tempfile.mkstemp(dir=site.storage.temp.path, prefix="doctor-")
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        for leftover in path.parent.glob(path.name + "*"):
            leftover.unlink(missing_ok=True)


def made_anew(
    site: Site, upload: Filed, kinds: Collection[str], path: Path
) -> dict[str, Derivative]:
    """Those of these kinds that can be made, as temp files beside ``path``. Raises UploadError,
    MemoryError and OSError where its file can't be read, and Busy.
    """
    main = upload.parts[0]
    with site.storage.open(main.root, main.path).file as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    extension = next(part.path.rpartition(".")[2] for part in upload.parts if part.what == "th")
    with site.budget.holding(memory.look(upload.format, main.size), LIMITS.turn):
        facts = probe(path, max_megapixels=upload.megapixels, allowed=FORMATS)
    made: dict[str, Derivative | None] = {}
    if set(kinds) - {"pv"}:
        with site.budget.holding(memory.need(facts, main.size), LIMITS.turn):
            all_made = derive(path, facts, extension)
        made = {
            "th": all_made.thumb, "md": all_made.medium, "tl": all_made.tile, "fr": all_made.frame,
        }  # fmt: skip
    if "pv" in kinds:
        with site.budget.holding(memory.need_of_preview(facts, main.size), LIMITS.turn):
            made["pv"] = derive_preview(path, facts)
    return {kind: one for kind in kinds if (one := made.get(kind))}


def note(upload: Upload, kind: str, made: Derivative, size: int) -> None:
    """In the row, which the caller commits."""
    setattr(upload, COLUMNS[kind], size)
    if kind == "md":
        upload.medium_width, upload.medium_height = made.width, made.height
