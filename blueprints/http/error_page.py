"""The page of an error: a title, a sentence, advice, and an id to quote."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from flask import current_app, render_template, request

from blueprints.http import faults, words
from blueprints.http.log_line import request_id
from models import DatabaseFault

log = logging.getLogger("keepsake")


def way_back(referrer: str) -> str:
    """The path of the page of this site that led here; "" if there is none."""
    host, _, rest = referrer.partition("://")[2].partition("/")
    path = "/" + rest.partition("#")[0]
    is_own = host and host == request.headers.get("Host") and rest[:1] not in ("", "/", "\\")
    return path if is_own and unquote(path.partition("?")[0]) != request.path else ""


def page(status: int, message: object = "", *, offers_log_in: bool = False) -> tuple[str, int]:
    """An error page. The advice for 400, 403, 404 and 429 is used if there is no
    message."""
    advice = words.ERROR_ADVICE.get(status, "")
    values = {
        "status": status,
        "title": words.ERROR_TITLES.get(status, words.ERROR_TITLES[400 if status < 500 else 500]),
        "message": message,
        "offers_log_in": offers_log_in,
        "advice": "" if message and status in (400, 403, 404, 429) else advice,
        "request_id": request_id(),
        "way_back": way_back(request.referrer or ""),
    }
    try:
        if not faults.is_database_away():
            return render_template("error.html", **values), status
    except (DatabaseFault, OSError):
        pass  # the page needs the visitor; the one below needs nothing
    except Exception:  # whatever it was, show an error page
        log.exception("The page of an error failed")
    return current_app.jinja_env.get_template("fault.html").render(values), status
