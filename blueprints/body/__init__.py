"""The body of an upload request, in whatever form it comes, read once and never held in memory.

A file goes straight into a Spool. So does a long text value of the source fields, decoded from base64 on the way:
in a multipart form, an urlencoded form or a JSON object.
"""

from __future__ import annotations

from flask import Request
from werkzeug.http import parse_options_header

from blueprints.body.json_object import read_json
from blueprints.body.multipart import read_multipart
from blueprints.body.urlencoded import read_urlencoded
from blueprints.body.value import SOURCE_FIELDS, Body, NewSpool

__all__ = ["SOURCE_FIELDS", "Body", "read_body"]


def read_body(request: Request, new_spool: NewSpool, *, takes_several: bool = False) -> Body:
    """The request's body. ``new_spool`` makes a Spool for a file of a given name; a form may hold several where it says so.

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
    except BaseException:
        body.discard()
        raise
    return body
