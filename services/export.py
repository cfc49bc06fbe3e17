"""All that a person has here, as a ZIP that is made while it is sent.

Nothing of it is stored but its description, in a temp file without a name. Files are opened when
their turn comes; one that was deleted since ends the download, which is shorter than it said then.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import IO, Any, NamedTuple

from media.privacy.patch import PatchedFile
from media.storage import ROOTS
from media.storage.streamed import StreamedFile
from models import Portrait, Upload, User
from models.originals import Originals
from services.defaults import zone_of
from services.site import Site
from services.start import DATABASE

CHUNK = 256 * 1024  # bytes read at a time
PAGE = 200  # rows
MAX_NAME = 150  # bytes of a name in the ZIP; most systems take 255
DATA, PICTURE = "data.json", "picture.webp"

# What Windows refuses in a name, and what would lead out of the folder
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)

Describe = Callable[[Upload, str], Mapping[str, Any]]


class File(NamedTuple):
    """``patched`` is the row of an upload of which something was blanked, which comes back."""

    name: str
    path: str
    size: int
    patched: int | None


def export(site: Site, user: User, about: Mapping[str, Any], describe: Describe) -> StreamedFile:
    """``about`` begins the description; ``describe`` gives the part of an upload and of its name in
    the ZIP. Raises Busy where too many are on their way, and StorageMissing.
    """
    from zipstream import ZipStream  # type: ignore[import-untyped]  # few processes need it

    site.storage.check(site.id)
    with contextlib.ExitStack() as stack:
        stack.enter_context(site.exports.one(f"user {user.id}"))
        data = stack.enter_context(tempfile.TemporaryFile(dir=site.storage.temp.path))
        originals = Originals(site.config.data / DATABASE)
        stack.callback(originals.close)
        archive = ZipStream(sized=True)
        for file in _described(user, zone_of(site.settings, user), data, about, describe):
            archive.add(_sent(site, originals, file), file.name, size=file.size)
        if user.portrait and (portrait := Portrait.find(user.portrait)):
            archive.add(portrait.data, PICTURE)
        archive.add(_whole(data), DATA, size=data.tell())
        pieces = stack.enter_context(contextlib.closing(iter(archive)))
        return StreamedFile(pieces, len(archive), stack.pop_all())


def _described(
    user: User, zone: tzinfo, data: IO[bytes], about: Mapping[str, Any], describe: Describe
) -> Iterator[File]:
    """Every file, described in ``data``."""
    names, separator = Names(), ""
    data.write(_text(about)[:-1] + b', "uploads": [')
    for upload in _uploads(user):
        folder = f"files/{upload.received_at.astimezone(zone):%Y-%m}"
        name = names.free(folder, upload.original_filename if upload.has_original else "", upload)
        data.write(f"{separator}\n".encode() + _text(describe(upload, name)))
        separator = ","
        yield _file(upload, name)
    data.write(b"\n]}\n")


def _uploads(user: User) -> Iterator[Upload]:
    after = 0
    while page := Upload.all_of(user, after, PAGE):
        yield from page
        after = page[-1].id


def _file(upload: Upload, name: str) -> File:
    if upload.sent_file:
        return File(name, upload.sent_file, upload.sent_size, None)
    is_blanked = upload.is_original and upload.scrubbed_size
    return File(name, upload.files[0], upload.size, upload.id if is_blanked else None)


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _sent(site: Site, originals: Originals, file: File) -> Iterator[bytes]:
    """The bytes of a file as it was sent, where that is kept. Raises FileNotFoundError where it has
    been deleted.
    """
    with contextlib.closing(_opened(site, file.path)) as stored:
        source: io.RawIOBase = stored
        if file.patched:
            blob = originals.of(file.patched)
            if blob is None:
                raise FileNotFoundError(file.path)
            source = PatchedFile(stored, blob)
        while piece := source.read(CHUNK):
            yield piece


def _opened(site: Site, path: str) -> io.RawIOBase:
    for root in (*ROOTS, *ROOTS):  # it may just be moved, in either direction
        with contextlib.suppress(FileNotFoundError):
            return site.storage.open(root, path).file
    raise FileNotFoundError(path)


def _whole(data: IO[bytes]) -> Iterator[bytes]:
    data.seek(0)
    while piece := data.read(CHUNK):
        yield piece


class Names:
    """Names for the files of a ZIP that every system takes, each once, in any case."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}  # how often each was wanted

    def free(self, folder: str, wanted: str, upload: Upload) -> str:
        """The name that was ``wanted``, as far as it fits, else that of the stored file."""
        stem, dot, extension = (fit(wanted) or upload.filename).rpartition(".")
        if not stem:
            stem, dot, extension = extension, "", ""
        end = f"{dot}{extension[:16]}"
        stem = stem.encode()[:MAX_NAME].decode(errors="ignore").rstrip(". ")
        path = f"{folder}/{stem}{end}"
        while (key := path.casefold()) in self._taken:
            self._taken[key] += 1
            path = f"{folder}/{stem} ({self._taken[key]}){end}"
        self._taken[key] = 1
        return path


def fit(name: str) -> str:
    """A name without what some system refuses."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = _UNFIT.sub("_", name).strip(". ")
    return f"_{name}" if _DEVICE.fullmatch(name) else name
