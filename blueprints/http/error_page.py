"""The page of an error: a title, a sentence, advice, and an id to quote."""

from __future__ import annotations

import logging
import secrets

from flask import current_app, g, render_template
from werkzeug.http import HTTP_STATUS_CODES

from blueprints.http import faults
from models import DatabaseFault

log = logging.getLogger("keepsake")

TITLES = {
    400: "That didn't work", 403: "No access", 404: "Page not found", 405: "Method not allowed",
    410: "No longer here", 413: "File too large", 429: "Too many attempts",
    500: "Something went wrong", 503: "Temporarily unavailable", 507: "The disk is full",
}  # fmt: skip
ADVICE = {
    400: "Go back, check what you entered, and try again.",
    403: "This page is not for your account. Log in with another one, or ask its owner.",
    404: "The address may be mistyped, or the file was deleted or has expired.",
    405: "This address only takes what a form sends. Go back to the page that you came from.",
    410: "The file was deleted or has expired.",
    413: "Try a smaller file.",
    429: "Wait a minute, then try again.",
    500: "Try again. If it happens again, tell the person who runs this site.",
    503: "The server is busy, or its storage is not available. Try again in a minute.",
    507: "Nothing was stored. Tell the person who runs this site.",
}


def request_id() -> str:
    """An id of the request that people can quote and that is in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    return str(g.request_id)


def page(status: int, message: str) -> tuple[str, int]:
    """An error page. The advice for 400 and 404 is used if there is no message."""
    words = {
        "status": status,
        "title": TITLES.get(status, HTTP_STATUS_CODES[status]),
        "message": message,
        "advice": "" if message and status in (400, 404) else ADVICE.get(status, ""),
        "request_id": request_id(),
    }
    try:
        if not faults.is_database_away():
            return render_template("error.html", **words), status
    except (DatabaseFault, OSError):
        pass  # the page needs the visitor; the one below needs nothing
    except Exception:  # whatever it was, show an error page
        log.exception("The page of an error failed, request %s", request_id())
    return current_app.jinja_env.get_template("fault.html").render(words), status
