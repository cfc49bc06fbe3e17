"""Errors of the API itself, and the one place that turns errors into answers."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from blueprints.http import faults
from media.errors import FileTooBig, UploadError
from models import DatabaseFault

log = logging.getLogger("keepsake")

API_PATHS = ("/api/", "/1/upload")


class NoKey(UploadError):
    code = 100
    message = "No key provided"


class InvalidKey(UploadError):
    code = 100
    message = "Invalid API key."


class InvalidVersion(UploadError):
    code = 110
    message = "Invalid API version."


class InvalidAction(UploadError):
    code = 120
    message = "Invalid API action"


class RequestDenied(UploadError):
    code = 401
    message = "Request denied"


class InvalidParameter(UploadError):
    """``what`` completes the sentence of the contract's table: "Invalid width"."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Invalid {what}")


class NotFound(UploadError):
    code = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class MalformedBody(UploadError):
    message = "Malformed request body"


class UrlUploadsDisabled(UploadError):
    code = 403
    message = "URL uploading is disabled"


def register(app: Flask) -> None:
    app.register_error_handler(UploadError, answer_upload_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_unexpected)
    faults.register(app, answer_upload_error, answer_unexpected)


def is_api_request() -> bool:
    return request.path.startswith(API_PATHS) or request.path == "/api"


def by_script() -> bool:
    """Whether a script of one of our own pages asks."""
    return request.accept_mimetypes.best == "application/json"


def wants_json() -> bool:
    return is_api_request() or by_script()


def wire_error(status: int, code: int, message: str, retry_after: int | None = None) -> Response:
    """The contract's error document; the bare message where the caller asked for ``txt`` or
    ``redirect``.
    """
    if wanted_format() == "json":
        answer = jsonify(error_document(status, code, message))
    else:
        answer = Response(message, content_type="text/plain; charset=utf-8")
    answer.status_code = status
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def error_document(status: int, code: int, message: str) -> dict[str, Any]:
    return {
        "status_code": status,
        "error": {"message": message, "code": code},
        "status_txt": HTTP_STATUS_CODES[status],
    }


def wanted_format() -> str:
    """``json``, ``txt`` or ``redirect``: from the body, once it was read, else from the query."""
    fields: dict[str, str] = getattr(request, "wire_fields", {})
    format = fields.get("format") or request.args.get("format", "")
    return format if format in ("txt", "redirect") else "json"


def answer_upload_error(error: UploadError) -> Any:
    if wants_json():
        return wire_error(error.status, error.code, error.message, error.retry_after)
    return *page(error.status, error.message), {} if error.retry_after is None else {
        "Retry-After": str(error.retry_after)
    }


def answer_http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        too_big = FileTooBig(current_app.extensions["keepsake"].settings.max_upload_bytes)
        return (
            wire_error(413, too_big.code, too_big.message)
            if wants_json()
            else page(413, too_big.message)
        )
    if wants_json():
        return wire_error(
            status, status, error.description if status == 400 and error.description else error.name
        )
    if isinstance(error, CSRFError):
        return page(
            status,
            "This page was open too long, or cookies are off. Load it again, and send it once "
            "more.",
        )
    return page(
        status,
        error.description or ""
        if status == 400 and error.description != BadRequest.description
        else "",
    )


def answer_unexpected(error: Exception) -> Any:
    # the path itself may hold a token
    log.exception("%s %s failed, request %s", request.method, request.url_rule, request_id())
    if wants_json():
        return wire_error(500, 500, HTTP_STATUS_CODES[500])
    return page(500, "")


TITLES = {
    400: "That did not work", 403: "Not for you", 404: "Nothing here", 405: "Not that way",
    410: "Gone", 413: "Too big", 429: "Slow down", 500: "Our mistake", 503: "Back in a moment",
    507: "The disk is full",
}  # fmt: skip
ADVICE = {
    400: "Go back, check what you entered, and try again.",
    403: "You may need to log in with another account.",
    404: "The address may be mistyped, or what was here has been deleted or has expired.",
    413: "Try a smaller file.",
    429: "Wait a little, then try again.",
    500: (
        "Something went wrong on our side. Try again; if it happens again, tell the person who "
        "runs this site."
    ),
    503: "The server is busy or its storage is away. Try again in a minute.",
    507: "Nothing was stored. Tell the person who runs this site that the disk is full.",
}


def request_id() -> str:
    """An id of the request that people can quote and that is in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4)
    return str(g.request_id)


def page(status: int, message: str) -> tuple[str, int]:
    """An error page. The advice for 400 is used if there is no message."""
    words = {
        "status": status,
        "title": TITLES.get(status, HTTP_STATUS_CODES[status]),
        "message": message,
        "advice": "" if message and status == 400 else ADVICE.get(status, ""),
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
