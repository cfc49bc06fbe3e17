"""Turn a still by quarter turns without loss: its file anew, in which only what says which side is
up has changed. The one before becomes a version.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from media import orientation
from media.errors import CannotRotate
from media.formats import FORMATS
from media.intake import filename
from media.intake.spool import md5_of
from media.metadata import second
from media.orientation.exif import turned
from media.pixels import memory, preview
from media.pixels.derive import Derivatives, derive
from media.privacy.patch import repack
from media.probe import Facts, probe
from media.storage import PRIVATE, ROOTS
from models import Scrubbing, Upload, utcnow
from services.errors import Busy
from services.new_files import reserve_free
from services.quota import check_space
from services.site import Site
from services.versions import Also, nothing, put_over


def can_rotate(upload: Upload) -> bool:
    """Whether it may work; some files of these formats have no place for it."""
    return upload.format in orientation.ROTATED and not upload.is_animated


def rotate(site: Site, upload: Upload, turns: int, also: Also = nothing) -> Upload:
    """By so many quarter turns clockwise, before this returns; the version that the file before is.
    Raises CannotRotate, or any UploadError; then nothing has changed.
    """
    if not can_rotate(upload):
        raise CannotRotate()
    site.check_ready()
    check_space(site.settings, upload.user, upload.size + upload.sent_size)
    first, source = upload.files[0], _temp(site)

    def check() -> None:
        """Its owner may have replaced it since."""
        if upload.files[0] != first:
            raise Busy()

    sent, path = source.with_name(f"{source.name}-sent"), source.with_name(f"{source.name}-turned")
    try:
        _copy(site, first, upload.root, source)
        if upload.sent_file:
            _copy(site, upload.sent_file, PRIVATE, sent)
        with site.turn():
            splices = orientation.rotate(source, path, upload.format, turns)
            facts = _checked(site, source, path, upload, turns)
            with site.memory(memory.need(facts, path.stat().st_size, None)):
                derivatives = derive(path, facts, upload.derivative_extension)
        values = _values(upload, path, facts, derivatives)
        blob = upload.scrubbing.originals if upload.scrubbing else None
        originals = repack(blob, splices) if upload.is_original else None
        public_id = Upload.new_public_id()

        def row(name: str) -> Upload:
            new = Upload(**values, public_id=public_id, name=name, root=PRIVATE)
            if originals:
                new.scrubbing = Scrubbing(originals=originals)
                new.scrubbed_size = len(originals)
            return new

        new, files = reserve_free(site, row, _name(site, upload, public_id), "")
        made = [path, *derivatives.paths]
        return put_over(site, upload, new, files, made, sent, check, also, shows_another=False)
    finally:
        for leftover in source.parent.glob(source.name + "*"):
            leftover.unlink(missing_ok=True)


def _temp(site: Site) -> Path:
    handle, name = tempfile.mkstemp(dir=site.storage.temp.path, prefix="rotate-")
    os.close(handle)
    return Path(name)


def _copy(site: Site, path: str, root: str, target: Path) -> None:
    """It may be moved to the other root just now. Raises FileNotFoundError where it is lost."""
    for one in (root, *ROOTS, *ROOTS, root):
        try:
            stored = site.storage.open(one, path)
        except FileNotFoundError:
            continue
        with stored.file as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
        return
    raise FileNotFoundError(path)


def _checked(site: Site, source: Path, path: Path, upload: Upload, turns: int) -> Facts:
    """What all readers make of the new file. Raises CannotRotate where they don't see it turned."""
    most = -(-upload.width * upload.height // 1_000_000)  # whatever the site accepts today
    with site.memory(memory.look(upload.format, path.stat().st_size)):
        before, now = (probe(one, max_megapixels=most, allowed=FORMATS) for one in (source, path))
    size = (before.width, before.height)
    is_turned = (now.width, now.height) == (size[::-1] if turns % 2 else size)
    if not FORMATS[upload.format].is_upright:
        was = before.metadata.orientation
        is_turned = is_turned and now.metadata.orientation == turned(was, turns)
    if not is_turned:
        raise CannotRotate()
    return now


def _values(
    upload: Upload, path: Path, facts: Facts, derivatives: Derivatives
) -> dict[str, object]:
    """Of its file; all that isn't named here is as before."""
    medium, tile, size = derivatives.medium, derivatives.tile, path.stat().st_size
    tags = second.read_again(path, upload.format).tags
    return {
        **upload.of_the_file(),
        "folder": utcnow().strftime("%Y/%m/%d"),
        "size": size,
        "width": facts.width,
        "height": facts.height,
        "checksum": md5_of(path),
        "thumb_size": derivatives.thumb.size,
        "medium_size": medium.size if medium else 0,
        "medium_width": medium.width if medium else 0,
        "medium_height": medium.height if medium else 0,
        "tile_size": tile.size if tile else None,
        "preview_size": 0 if preview.is_needed(facts, size) else None,
        "exifdata": json.dumps(tags, ensure_ascii=False) if tags else None,
        "placeholder": derivatives.placeholder,
        "scrubbed_size": 0,
        "taken_at": upload.taken_at,
        "received_at": upload.received_at,
    }


def _name(site: Site, upload: Upload, public_id: str) -> str:
    """Another than before: an address never gives other bytes."""
    if site.settings.file_names == "id":
        return public_id
    stem = filename.stored_name(upload.original_filename)
    return filename.another_name(stem[: filename.MAX_NAME - filename.OF_ANOTHER])
