"""Bytes out: public files by anybody, private ones after a look at who asks, originals for their owner."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort

from blueprints.bytes_out import send_stream
from blueprints.context import person, site
from media.patch import PatchedFile
from media.probe import MIME_BY_EXTENSION
from media.storage import PRIVATE, PUBLIC
from models import Scrubbing, Upload, db

bp = Blueprint("files", __name__)

_PATH = re.compile(r"(?P<folder>\d{4}/\d\d/\d\d)/(?P<name>[A-Za-z0-9_.-]+?)(?:\.(?:th|md|fr))?\.(?P<extension>[a-z0-9]+)")


def stored(relative: str) -> Response:
    """A file by its address. What lies in the public root needs no look into the database."""
    found = _PATH.fullmatch(relative)
    if not found:
        abort(404)
    answer = _send(PUBLIC, f"images/{relative}", found["extension"])
    if answer:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer
    upload = Upload.at_path(found["folder"], found["name"], f"images/{relative}", person())
    if upload is None or upload.root != PRIVATE:
        abort(404)
    answer = _send(PRIVATE, f"images/{relative}", found["extension"])
    if answer is None:
        abort(404)
    answer.headers["Cache-Control"] = "private, no-cache"  # asked again each time: it may have expired
    return answer


def original(public_id: str) -> Response:
    """The file as it was sent, bit for bit, for its owner: with the position that others don't get."""
    user = person()
    upload = Upload.find(public_id, user)
    if upload is None or not upload.owned_by(user):
        abort(404)
    path = site().storage.path(upload.root, upload.files[0])
    scrubbing = db.session.get(Scrubbing, upload.id)
    stat = path.stat()
    file = PatchedFile(path, scrubbing.originals) if scrubbing else path.open("rb")
    answer = send_stream(file, size=stat.st_size, etag=f"original-{upload.source_md5}", modified=stat.st_mtime,  # type: ignore[arg-type]
                         mime=upload.mime)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers.set("Content-Disposition", "attachment", filename=upload.original_filename)
    return _harmless(answer)


def _send(root: str, relative: str, extension: str) -> Response | None:
    """The file under one root; None where it is not."""
    try:
        path = site().storage.path(root, relative)
        file = path.open("rb")
    except (OSError, ValueError):
        return None
    stat = path.stat()
    mime = MIME_BY_EXTENSION.get(extension)  # none of these can run script
    # Files never change, so time and size name one version of a name for good.
    answer = send_stream(file, size=stat.st_size, etag=f"{stat.st_mtime_ns:x}-{stat.st_size:x}", modified=stat.st_mtime,
                         mime=mime or "application/octet-stream")
    if mime is None:
        answer.headers["Content-Disposition"] = "attachment"
    return _harmless(answer)


def _harmless(answer: Response) -> Response:
    """What people uploaded may be looked at, from any page, and may do nothing."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
