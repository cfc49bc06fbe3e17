"""The answer of a file as Flask's."""

from __future__ import annotations

from typing import IO, cast

from flask import Response, request
from werkzeug.wsgi import wrap_file

from blueprints.http.file_answer import FileAnswer


def response_of(answer: FileAnswer) -> Response:
    response = Response(status=answer.status, headers=answer.headers, direct_passthrough=True)
    if answer.status == 304:
        del response.headers["Content-Type"]  # Flask's guess
    if answer.body:
        response.response = wrap_file(request.environ, cast(IO[bytes], answer.body))
    return response
