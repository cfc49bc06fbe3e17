"""The one place that turns errors into answers: pages, or the contract's document."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from blueprints.http import words
from blueprints.http.addresses import is_api_path, is_managing_path
from blueprints.http.arguments import parse_format
from blueprints.http.error_page import page
from blueprints.http.faults import refusal_of
from blueprints.http.language import gettext
from blueprints.http.refusal_words import refused
from blueprints.http.refusals import InvalidKey, NoKey, NotFound, RequestDenied
from media.errors import FileTooBig, UploadError
from models.base import end_transaction
from services.errors import AccountEnded, Flooding, KeyEnded

STATUSES: dict[type[UploadError], int] = {  # of the managing API
    NoKey: 401,
    InvalidKey: 401,
    KeyEnded: 401,
    AccountEnded: 401,
    RequestDenied: 403,
    NotFound: 404,
    FileTooBig: 413,
    Flooding: 429,
}
log = logging.getLogger("keepsake")
LOGGED_OUT = "Please log in."  # as the API would say it, which no page shows


def register(app: Flask) -> None:
    app.register_error_handler(Exception, answer)


def answer(error: Exception, format: str | None = None) -> Any:
    """The answer to any error. ``format`` is the one that a body asked for which has been read;
    None: the query's.
    """
    refusal = error if isinstance(error, UploadError) else refusal_of(error)
    if refusal:
        return _answer_refusal(refusal, format)
    if isinstance(error, HTTPException):
        return _answer_http_error(error, format)
    return _answer_unexpected(error, format)


def is_api_request() -> bool:
    return is_api_path(request.path)


def by_script() -> bool:
    """Whether a script of one of our own pages asks."""
    return request.accept_mimetypes.best == "application/json"


def wants_json() -> bool:
    return is_api_request() or by_script()


def wire_error(
    status: int,
    code: int,
    message: str,
    retry_after: int | None = None,
    *,
    format: str | None = None,
) -> Response:
    """The contract's error document; the bare message where the caller asked for ``txt`` or
    ``redirect``.
    """
    if is_managing_path(request.path) or _format(format) == "json":
        answer = jsonify(error_document(status, code, message))
    else:
        answer = Response(message, content_type="text/plain; charset=utf-8")
    answer.status_code = status
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def _format(format: str | None) -> str:
    return format or parse_format(request.args.get("format", ""))


def error_document(status: int, code: int, message: str) -> dict[str, Any]:
    return {
        "status_code": status,
        "error": {"message": message, "code": code},
        "status_txt": HTTP_STATUS_CODES[status],
    }


def _answer_refusal(error: UploadError, format: str | None) -> Any:
    if is_managing_path(request.path):
        return _managing_error(error)
    if is_api_request():
        return wire_error(error.status, error.code, error.message, error.retry_after, format=format)
    after = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if by_script():  # what people read, too
        document = error_document(error.status, error.code, error.message)
        return jsonify({**document, "words": refused(error)._asdict()}), error.status, after
    return *page(error.status, refused(error).text), after


def _managing_error(error: UploadError) -> Response:
    """With the status that HTTP has for it, where the wire has 400 for all."""
    status = STATUSES.get(type(error), error.status)
    answer = wire_error(status, error.code, error.message, error.retry_after)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _answer_http_error(error: HTTPException, format: str | None) -> Any:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        too_big = FileTooBig(g.max_file_bytes if "max_file_bytes" in g else _most_bytes())
        too_big.status = 413
        return _answer_refusal(too_big, format)
    said = error.description if status == 400 else None
    if wants_json():
        answer = wire_error(status, status, said or error.name, format=format)
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(error.valid_methods or ())
        return answer
    if isinstance(error, CSRFError):
        return page(status, words.FORM_EXPIRED)
    return page(status, gettext(said) if said and said != BadRequest.description else "")


def _most_bytes() -> int:
    most: int = current_app.extensions["keepsake"].settings.max_upload_bytes
    return most


def _answer_unexpected(error: Exception, format: str | None) -> Any:
    # the path itself may hold a token
    log.error("%s %s failed", request.method, request.url_rule, exc_info=error)
    end_transaction()  # whatever it was, the page of the error asks the database anew
    if wants_json():
        return wire_error(500, 500, HTTP_STATUS_CODES[500], format=format)
    return page(500)
