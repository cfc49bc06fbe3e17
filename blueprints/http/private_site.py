"""A private site (`PRIVATE_SITE`): who isn't logged in gets the way to the log-in, or nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, request, url_for

from blueprints.http.askers import is_browser
from blueprints.http.context import person, site
from blueprints.http.errors import LOGGED_OUT, by_script, wire_error
from blueprints.http.sessions import login_manager


def is_closed() -> bool:
    """To whoever asks."""
    return site().settings.private_site and person() is None


def shut_out() -> Response:
    """The answer instead of any other, whether there is anything or not: no cache may keep it."""
    answer = current_app.make_response(_answer())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answer() -> Any:
    if by_script():
        return wire_error(403, 403, LOGGED_OUT)
    if not is_browser():
        return Response("Not found\n", 404, content_type="text/plain")
    if request.method in ("GET", "HEAD"):
        return login_manager.unauthorized()
    return redirect(url_for("auth.login"))
