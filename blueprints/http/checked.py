"""Test addresses of a check: who may ask them, and what they read of a request."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from flask import abort, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from blueprints.http.context import site
from blueprints.http.receive import BodyWanted, has_head_only
from blueprints.http.site_host import request_host
from services.checks.running import LASTS
from services.settings.declared import body_bytes

# A key of the WSGI environment: the headers that proxies set, as they came.
FORWARDED = "keepsake.forwarded"
MAX_TOKEN = 200  # characters
PIECE = 64 * 1024


class Running(NamedTuple):
    """A check that a test address was asked for."""

    id: str


def new_run() -> str:
    """The token of a new check, which is a part of its test addresses."""
    return str(_signer().dumps(secrets.token_urlsafe(9)))


def parse_run(token: str) -> str | None:
    """The check that a token is of; None if it is over, or none of ours."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        return str(_signer().loads(token, max_age=LASTS))
    except BadData:
        return None


def tester(values: dict[str, Any]) -> Any:
    """Who has the token of a check that is running."""
    run = parse_run(values.pop("token"))
    if run is None or not site().checks.ask(run):
        abort(404)
    values["check"] = Running(run)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="check")


def facts_of_request() -> dict[str, Any]:
    """What the checks compare: scheme, host and IP address as Keepsake has them, and the headers of
    proxies that it has them from.
    """
    return {
        "scheme": request.scheme,
        "host": request_host(),
        "client": request.remote_addr or "",
        "forwarded": request.environ.get(FORWARDED, {}),
    }


def most_body_bytes() -> int:
    return body_bytes(site().settings.max_upload_bytes)


def read_away(check: Running) -> int:
    """How many bytes the request's body has. Where only its head is here, raises BodyWanted."""
    request.max_content_length = most_body_bytes()
    if has_head_only(request):
        if (request.content_length or 0) > most_body_bytes():
            raise RequestEntityTooLarge()
        site().checks.note_head(check.id)
        raise BodyWanted()
    size = 0
    while piece := request.stream.read(PIECE):
        size += len(piece)
    return size
