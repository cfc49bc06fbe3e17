"""What the line of a request in the log says, as far as only the application knows it.

The server puts a `Line` into the WSGI environment. Where another one serves, nobody reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, has_request_context, request

import logs

LINE, REQUEST_ID = "keepsake.line", "keepsake.request_id"  # keys of the WSGI environment
HEADER = "X-Request-Id"


@dataclass
class Line:
    """``route`` is a rule of the site map, never the path, which may have a secret in it."""

    route: str = ""
    user_id: int | None = None


def request_id() -> str:
    """An id of the request that people can quote and that its lines in the log have."""
    return str(request.environ.setdefault(REQUEST_ID, logs.new_id()))


def note_user(user_id: int | None) -> None:
    """Who asks, by session, header or key."""
    line = request.environ.get(LINE) if has_request_context() else None
    if line is not None:
        line.user_id = user_id


def register(app: Flask) -> None:
    @app.after_request
    def note_route(answer: Response) -> Response:
        answer.headers[HEADER] = request_id()
        line = request.environ.get(LINE)
        if line is not None and request.url_rule is not None:
            line.route = request.url_rule.rule
        return answer
