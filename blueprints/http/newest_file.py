"""The present file of an upload, by an address that isn't its own: a live link, or that of a file
which was replaced.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from werkzeug.datastructures import Headers

from blueprints.http.context import addresses, visitor
from models import Upload

# Keep it, and ask each time whether it is the newest (RFC 9111, 5.2.2.4).
ASK_FIRST = ("Cache-Control", "no-cache")
_SIZES = ("th", "md", "tl", "fr", "pv")


def newest(upload: Upload, size: str) -> str:
    """The name of a size of its file; of the file itself where there is no such size."""
    name = upload.derivative(size) if size else upload.filename
    return name if f"images/{upload.folder}/{name}" in upload.files else upload.filename


def without_dates(headers: Headers) -> Callable[[str], str | None]:
    """What looks up a request's headers but its date. A file that was put back is older than the
    one it takes the place of: only the ETag says which one somebody has.
    """
    return lambda name: None if name == "If-Modified-Since" else headers.get(name)


def of_replaced(path: str) -> Response | None:
    """Where the file at ``path`` was replaced, whoever may open the upload is sent to the present
    one, in the same size. Not for good: it may be put back.
    """
    found = Upload.of_replaced(path, visitor())
    if found is None:
        return None
    version, upload = found
    name = path.rpartition("/")[2]
    size = next((one for one in _SIZES if version.derivative(one) == name), "")
    return to(addresses().shown(upload, newest(upload, size)))


def to(path: str) -> Response:
    answer = Response(status=302, headers=[ASK_FIRST])
    answer.location = path
    return answer
