"""File downloads: public files for everybody, private ones for visitors who may, originals for
their owner.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import IO, cast

from flask import Blueprint, Response, abort, request
from werkzeug.wsgi import wrap_file

from blueprints.http.context import site, visitor
from blueprints.http.file_answer import FileAnswer, StoredFile, file_answer
from media.formats import FORMATS, MIME_BY_EXTENSION
from media.privacy.patch import PatchedFile
from media.storage import PRIVATE, PUBLIC, ROOTS, Storage
from models import Upload

bp = Blueprint("files", __name__)

# Uploaded files may be shown on any page, and may not run anything.
HARMLESS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "same-origin"),
]
FOR_EVERYBODY = ("Cache-Control", "public, max-age=31536000, immutable")  # files never change
FOR_SOME = ("Cache-Control", "private, no-cache")  # revalidated each time: it may have expired

_PATH = re.compile(
    r"(?P<folder>\d{4}/\d\d/\d\d)/(?P<name>[A-Za-z0-9_.-]+?)(?:\.(?:th|md|"
    r"fr))?\.(?P<extension>[a-z0-9]+)"
)


def stored(relative: str) -> Response:
    """A file by its path. Files in the public root need no database."""
    path = f"images/{relative}"
    # Look in public, private, public: so a file that is just being moved is found, in either
    # direction.
    answer = _public(path) or _private(path, relative) or _public(path)
    if answer is None:
        abort(404)
    return _response(answer)


def _public(path: str) -> FileAnswer | None:
    return public_file(site().storage, request.method, path, request.headers.get)


def _private(path: str, relative: str) -> FileAnswer | None:
    match = _PATH.fullmatch(relative)
    upload = Upload.at_path(match["folder"], match["name"], path, visitor()) if match else None
    file = _open(site().storage, PRIVATE, path) if upload else None
    if file is None:
        return None
    answer = file_answer(request.method, request.headers.get, file)
    answer.headers += [*_safety(file), FOR_SOME]
    return answer


def public_file(
    storage: Storage, method: str, path: str, header: Callable[[str], str | None]
) -> FileAnswer | None:
    """The answer to a GET or HEAD for ``path`` (``images/…``) from the public root; None where it
    isn't there.

    The server's loop calls this for every request, before Flask: no database, no waiting but for
    the disk.
    """
    file = _open(storage, PUBLIC, path) if _PATH.fullmatch(path.removeprefix("images/")) else None
    if file is None:
        return None
    answer = file_answer(method, header, file)
    answer.headers += [*_safety(file), FOR_EVERYBODY]
    return answer


def original(upload: Upload) -> Response:
    """The file as it was sent, bit for bit, for its owner."""
    file = _original_of(upload) if upload.has_original else None
    if file is None:
        abort(404)
    answer = file_answer(request.method, request.headers.get, file)
    answer.headers += [*HARMLESS, FOR_SOME]
    response = _response(answer)
    response.headers.set(
        "Content-Disposition", "attachment", filename=_header_text(upload.original_filename)
    )
    return response


def _original_of(upload: Upload) -> StoredFile | None:
    """The sent file, even while it moves between the roots; None if it is lost."""
    scrubbing = None if upload.sent_file else upload.scrubbing
    for root in (*ROOTS, *ROOTS):
        with contextlib.suppress(FileNotFoundError):
            stored = site().storage.open(root, upload.sent_file or upload.files[0])
            return StoredFile(
                PatchedFile(stored.file, scrubbing.originals) if scrubbing else stored.file,
                stored.size,
                f"original-{upload.source_md5}",
                stored.modified_ns / 1e9,
                FORMATS[upload.sent_format or upload.format].mime,
            )
    return None


def _open(storage: Storage, root: str, path: str) -> StoredFile | None:
    """A stored file under one root; None where it is not."""
    try:
        file, size, modified_ns = storage.open(root, path)
    except (OSError, ValueError):
        return None
    # Files never change, so time and size identify one version for good.
    return StoredFile(
        file,
        size,
        f"{modified_ns:x}-{size:x}",
        modified_ns / 1e9,
        MIME_BY_EXTENSION.get(path.rpartition(".")[2], "application/octet-stream"),
    )


def _safety(file: StoredFile) -> list[tuple[str, str]]:
    """No known type can run scripts; everything else is a download."""
    return (
        HARMLESS
        if file.mime != "application/octet-stream"
        else [*HARMLESS, ("Content-Disposition", "attachment")]
    )


def _response(answer: FileAnswer) -> Response:
    response = Response(status=answer.status, headers=answer.headers, direct_passthrough=True)
    if answer.status == 304:
        del response.headers["Content-Type"]  # Flask's guess
    if answer.body:
        response.response = wrap_file(request.environ, cast(IO[bytes], answer.body))
    return response


def _header_text(text: str) -> str:
    """``text`` as one line that can be encoded: no control characters, no lone surrogates."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
