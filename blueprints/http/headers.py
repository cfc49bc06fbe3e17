"""Headers of every page: content security policy, referrer policy and so on."""

from __future__ import annotations

from flask import Flask, Response

from blueprints.http.errors import is_api_request

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
        if is_api_request():
            _allow_any_origin(answer)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if answer.mimetype == "text/html":
            answer.headers.setdefault("X-Frame-Options", "DENY")
            answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


def _allow_any_origin(answer: Response) -> None:
    """The API knows no cookies, so any page may call it with a key (contract, *Request*)."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Headers"] = "X-API-Key, Content-Type"
    answer.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    answer.headers.setdefault("Cache-Control", "no-store")
