"""File downloads: public files for everybody, private ones for visitors who may, originals for
their owner.
"""

from __future__ import annotations

import contextlib

from flask import Blueprint, Response, abort, request

from blueprints.http.arguments import parse_file, parse_live
from blueprints.http.binned import gone_file
from blueprints.http.context import addresses, site, visitor
from blueprints.http.file_answer import FileAnswer, StoredFile, file_answer
from blueprints.http.file_response import as_download, response_of
from blueprints.http.moved import where_file_is
from blueprints.http.newest_file import ASK_FIRST, newest, of_replaced, to, without_dates
from blueprints.http.stored_file import (
    FOR_EVERYBODY,
    FOR_SOME,
    HARMLESS,
    file_for_some,
    private_file,
    public_file,
)
from blueprints.http.use import note_file_use
from media.formats import FORMATS
from media.privacy.patch import PatchedFile
from media.storage import PUBLIC, ROOTS
from models import Upload

bp = Blueprint("files", __name__)


def stored(relative: str) -> Response:
    """A file by its path. Files in the public root need no database."""
    path = parse_file(relative)
    if path is None:
        abort(404)
    # Look in public, private, public: so a file that is just being moved is found, in either
    # direction.
    answer = _public(path) or _private(path) or _public(path)
    if answer is None:
        return of_replaced(path) or where_file_is(path) or gone_file(path) or abort(404)
    return response_of(answer)


def live(upload: Upload, rest: str) -> Response:
    """The newest file, however often it is replaced: ``rest`` is the extension, behind a size or
    not. A wrong one, of a file that had another format, leads to the right one.
    """
    size, asked = parse_live(rest)
    name = newest(upload, size)
    end = name.removeprefix(f"{upload.name}.")
    if end != asked:
        return to(f"{addresses().base_path}/live/{upload.public_id}.{end}")
    path = f"images/{upload.folder}/{name}"
    answer = file_for_some(site().storage, request.method, path, without_dates(request.headers))
    if answer is None:
        abort(404)
    note_file_use(upload, name)
    if upload.root == PUBLIC and not site().settings.private_site:
        answer.headers = [ASK_FIRST if one == FOR_SOME else one for one in answer.headers]
    return response_of(answer)


def _public(path: str) -> FileAnswer | None:
    caching = FOR_SOME if site().settings.private_site else FOR_EVERYBODY
    return public_file(site().storage, request.method, path, request.headers.get, caching)


def _private(path: str) -> FileAnswer | None:
    upload = Upload.at_path(path, visitor())
    if not upload:
        return None
    note_file_use(upload, path.rpartition("/")[2])
    return private_file(site().storage, request.method, path, request.headers.get)


def original(upload: Upload) -> Response:
    """The file as it was sent, bit for bit, for its owner."""
    file = _original_of(upload) if upload.has_original else None
    if file is None:
        abort(404)
    answer = file_answer(request.method, request.headers.get, file)
    answer.headers += [*HARMLESS, FOR_SOME]
    return as_download(response_of(answer), upload.original_filename)


def _original_of(upload: Upload) -> StoredFile | None:
    """The sent file, even while it moves between the roots; None if it is lost."""
    scrubbing = None if upload.sent_file else upload.scrubbing
    for root in (*ROOTS, *ROOTS):
        with contextlib.suppress(FileNotFoundError):
            stored = site().storage.open(root, upload.sent_file or upload.files[0])
            file, size = stored.file, stored.size
            if scrubbing:
                file = PatchedFile(file, scrubbing.originals)
                size -= file.put_in
            return StoredFile(
                file,
                size,
                f"original-{upload.source_md5}",
                stored.modified_ns / 1e9,
                FORMATS[upload.sent_format or upload.format].mime,
            )
    return None
