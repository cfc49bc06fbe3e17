"""The body of an upload request, in whatever form it comes, read once and never held in memory.

A file goes straight into a Spool. So does a long text value of the source fields, decoded from
base64 on the way: in a multipart form, an urlencoded form or a JSON object.
"""

from __future__ import annotations

from urllib.parse import unquote

from flask import Request
from werkzeug.http import parse_options_header

from blueprints.http.body.json_object import read_json
from blueprints.http.body.multipart import read_multipart
from blueprints.http.body.urlencoded import read_urlencoded
from blueprints.http.body.value import CHUNK, OTHER_FILE_FIELDS, SOURCE_FIELDS, Body, NewSpool
from media.intake.spool import copy_into

__all__ = ["OTHER_FILE_FIELDS", "SOURCE_FIELDS", "Body", "read_body"]


def read_body(request: Request, new_spool: NewSpool, *, takes_several: bool = False) -> Body:
    """The request's body. ``new_spool`` makes a Spool for a file of a given name; a form may hold
    several where it says so.

    Raises MalformedBody, and what Spool.write raises; then nothing is left behind.
    """
    body = Body(takes_several=takes_several)
    mimetype, options = parse_options_header(request.headers.get("Content-Type", ""))
    try:
        if mimetype == "multipart/form-data":
            read_multipart(request.stream, options.get("boundary", ""), body, new_spool)
        elif mimetype == "application/x-www-form-urlencoded":
            read_urlencoded(request.stream, body, new_spool)
        elif mimetype == "application/json":
            read_json(request.stream, body, new_spool)
        elif mimetype.startswith(("image/", "video/")) or mimetype == "application/octet-stream":
            _read_raw(request, body, new_spool)
    except BaseException:
        body.discard()
        raise
    return body


def _read_raw(request: Request, body: Body, new_spool: NewSpool) -> None:
    """A body that is the file itself, as ``curl --data-binary`` sends it; parameters stand in the
    query.
    """
    first = request.stream.read(CHUNK)
    if not first:
        return
    _, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    spool = body.files["source"] = new_spool(
        options.get("filename") or unquote(request.headers.get("X-File-Name", ""))
    )
    spool.write(first)
    copy_into(spool, request.stream)
