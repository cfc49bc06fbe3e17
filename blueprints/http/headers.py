"""Headers of every page: content security policy, referrer policy and so on."""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, request

from blueprints.http.addresses import is_managing_path
from blueprints.http.askers import takes_gzip
from blueprints.http.errors import is_api_request

PAGE_LEVEL = 5  # of gzip: a page of 20 KB takes 0.3 ms
# that programs in other pages may send; those behind are named where a preflight asks for them
HEADERS = ("X-API-Key", "Content-Type")
MORE_HEADERS = ("Idempotency-Key",)
MAX_PADDING = 48  # bytes
MANAGING = {  # what pages of other sites may send to the managing API, and read of its answers
    "Access-Control-Allow-Headers": "X-API-Key, Authorization, Content-Type, If-Match, "
    "If-None-Match, Idempotency-Key",
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
}
# Pages load only from this site, run no inline script, and can't be framed.
PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "img-src 'self' data: blob:",  # data: placeholders; blob: previews of chosen files
        "media-src 'self' blob:",
        "style-src 'self'",
        "script-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def register(app: Flask) -> None:
    @app.after_request
    def set_headers(answer: Response) -> Response:
        is_asked = request.method in ("GET", "HEAD")  # and no preflight, whose own type is HTML
        is_page = is_asked and answer.status_code == 200 and answer.mimetype == "text/html"
        if is_api_request() and not is_page:  # the page about it is ours alone
            _allow_any_origin(answer)
        if is_managing_path(request.path):
            answer.headers.update(MANAGING)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if answer.mimetype == "text/html":
            answer.headers.setdefault("X-Frame-Options", "DENY")
            answer.headers.setdefault("Cache-Control", "private, no-cache")
            _pack(answer)
        return answer


def _pack(answer: Response) -> None:
    """A page with gzip, for programs that take it. A random name in its head hides how long it is:
    else who can put words into a page learns from its length what else is in it (BREACH).
    """
    answer.vary.add("Accept-Encoding")
    if answer.direct_passthrough or not takes_gzip() or answer.status_code in (204, 304):
        return
    packed = io.BytesIO()
    name = secrets.token_urlsafe(secrets.randbelow(MAX_PADDING) + 1)
    with gzip.GzipFile(name, "wb", PAGE_LEVEL, packed) as file:
        file.write(answer.get_data())
    answer.set_data(packed.getvalue())
    answer.headers["Content-Encoding"] = "gzip"


def _allow_any_origin(answer: Response) -> None:
    """The API knows no cookies, so any page may call it with a key (contract, *Request*)."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    asked = request.headers.get("Access-Control-Request-Headers", "").lower()
    more = [name for name in MORE_HEADERS if name.lower() in asked]
    answer.headers["Access-Control-Allow-Headers"] = ", ".join([*HEADERS, *more])
    answer.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    answer.headers.setdefault("Cache-Control", "no-store")
