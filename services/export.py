"""All that a person has here, as a ZIP that is made while it is sent.

Nothing of it is stored but its description, in a temp file without a name. Files are opened when
their turn comes; one that was deleted since ends the download, which is shorter than it said then.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from functools import partial
from typing import IO, Any

from media.privacy.patch import HEAD_BYTES, PatchedFile, put_in_of
from media.storage.streamed import StreamedFile
from models import Portrait, Upload, User, utcnow
from models.originals import Originals
from services.archive import Entry, archive, stored
from services.data_folder import DATABASE
from services.defaults import zone_of
from services.site import Site
from services.zip_names import Names

PAGE = 200  # rows
DATA, PICTURE = "data.json", "picture.webp"

Describe = Callable[[Upload, str], Mapping[str, Any]]


def export(site: Site, user: User, about: Mapping[str, Any], describe: Describe) -> StreamedFile:
    """``about`` begins the description; ``describe`` gives the part of an upload and of its name in
    the ZIP. Raises Busy where too many are on their way, and StorageMissing.
    """
    site.storage.check(site.id)
    zone = zone_of(site.settings, user)
    now = utcnow().astimezone(zone)
    with contextlib.ExitStack() as stack:
        stack.enter_context(site.exports.one(f"user {user.id}"))
        data = stack.enter_context(tempfile.TemporaryFile(dir=site.storage.temp.path))
        originals = Originals(site.config.data / DATABASE)
        stack.callback(originals.close)
        entries = list(_described(site, user, zone, data, about, describe, originals))
        if user.portrait and (portrait := Portrait.find(user.portrait)):
            picture = portrait.data
            entries.append(Entry(PICTURE, len(picture), now, lambda: io.BytesIO(picture)))
        entries.append(Entry(DATA, data.tell(), now, partial(_whole, data)))
        return archive(entries, stack.pop_all())


def _described(
    site: Site,
    user: User,
    zone: tzinfo,
    data: IO[bytes],
    about: Mapping[str, Any],
    describe: Describe,
    originals: Originals,
) -> Iterator[Entry]:
    """Every file, described in ``data``."""
    names, separator = Names(), ""
    data.write(_text(about)[:-1] + b', "uploads": [')
    for upload in _uploads(user):
        received = upload.received_at.astimezone(zone)
        wanted = upload.original_filename if upload.has_original else ""
        name = names.free(f"files/{received:%Y-%m}", wanted, upload.filename)
        data.write(f"{separator}\n".encode() + _text(describe(upload, name)))
        separator = ","
        path, size, patched = _file(upload)
        if patched is not None:
            size -= put_in_of(originals.head(patched, HEAD_BYTES))
        at = (upload.taken_at or received).astimezone(zone)
        yield Entry(name, size, at, partial(_sent, site, originals, path, patched))
    data.write(b"\n]}\n")


def _uploads(user: User) -> Iterator[Upload]:
    after = 0
    while page := Upload.all_of(user, after, PAGE):
        yield from page
        after = page[-1].id


def _file(upload: Upload) -> tuple[str, int, int | None]:
    """Its path and size; the row of an upload of which something was blanked, which comes back."""
    if upload.sent_file:
        return upload.sent_file, upload.sent_size, None
    is_blanked = upload.is_original and upload.scrubbed_size
    return upload.files[0], upload.size, upload.id if is_blanked else None


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _sent(site: Site, originals: Originals, path: str, patched: int | None) -> io.RawIOBase:
    """A file as it was sent, where that is kept. Raises FileNotFoundError where it has been
    deleted.
    """
    file = stored(site, path)
    if patched is None:
        return file
    blob = originals.of(patched)
    if blob is None:
        file.close()
        raise FileNotFoundError(path)
    return PatchedFile(file, blob)


def _whole(data: IO[bytes]) -> IO[bytes]:
    data.seek(0)
    return data
