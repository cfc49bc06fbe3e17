"""The answer of a file as Flask's."""

from __future__ import annotations

from typing import IO, cast
from urllib.parse import quote

from anyascii import anyascii
from flask import Response, request
from werkzeug.http import dump_options_header
from werkzeug.wsgi import wrap_file

from blueprints.http.file_answer import FileAnswer


def response_of(answer: FileAnswer) -> Response:
    response = Response(status=answer.status, headers=answer.headers, direct_passthrough=True)
    if answer.status == 304:
        del response.headers["Content-Type"]  # Flask's guess
    if answer.body:
        response.response = wrap_file(request.environ, cast(IO[bytes], answer.body))
    return response


def as_download(response: Response, name: str) -> Response:
    """Browsers keep it under this name, in any script (RFC 6266, RFC 8187); old programs under the
    same in ASCII. Headers take no other letters.
    """
    name = "".join(letter if letter.isprintable() else " " for letter in name)
    names = {"filename": anyascii(name)}
    if not name.isascii():
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    return response
