"""Browsers that have logged in to an account before. What they try there is counted for themselves:
whoever else guesses, at home or far away, keeps nobody out of their own account (OWASP, "Device
cookies").

The cookie holds a secret of the browser, and for each account a keyed hash of both. It lets nobody
in, and is sent to the log-in page alone.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, after_this_request, request, url_for

from blueprints.http.arguments import parse_known_browser
from blueprints.http.context import keyed_hash

COOKIE = "known"
MOST = 8  # accounts: a family at one computer
LIFETIME = timedelta(days=400)  # the longest that browsers keep one (RFC 6265bis, 5.5)


def mark_of(name: str) -> str:
    """By which this browser is known at the account of this name; "" if it isn't."""
    secret, marks = parse_known_browser(request.cookies.get(COOKIE, ""))
    mark = _mark(secret, name)
    return mark if mark in marks else ""


def remember(name: str) -> None:
    """It has logged in to this account."""
    secret, marks = parse_known_browser(request.cookies.get(COOKIE, ""))
    secret = secret or secrets.token_hex(32)
    mark = _mark(secret, name)
    known = [*(one for one in marks if one != mark), mark][-MOST:]

    @after_this_request
    def set_cookie(answer: Response) -> Response:
        answer.set_cookie(
            COOKIE,
            ".".join([secret, *known]),
            max_age=LIFETIME,
            path=url_for("auth.login"),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return answer


def _mark(secret: str, name: str) -> str:
    return keyed_hash(f"browser {secret} has logged in as {name.lower()}")
