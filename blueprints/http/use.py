"""Views that keep an upload which stays while it is used."""

from __future__ import annotations

import re

from flask import request

from blueprints.http.askers import agent, only_looks
from blueprints.http.context import site, visitor
from models import Upload

_START = re.compile(r"bytes=0*-")  # of a video, which players ask for in parts


def note_use(upload: Upload) -> None:
    """A person opens its page. Its owner is one, too, though the count of views leaves them out:
    what only they look at is used.
    """
    part = request.headers.get("Range")
    is_start = part is None or _START.match(part)
    if request.method != "HEAD" and is_start and agent() and not only_looks():
        site().uses.note(upload)


def note_file_use(upload: Upload, name: str) -> None:
    """A person gets one of its files, which any page may show. Not its owner the small ones, which
    each walk through the library loads.
    """
    shows_it = name in (upload.filename, upload.derivative("md"))
    if shows_it or not upload.is_owner(visitor()):
        note_use(upload)
