"""The secret by which a guest's browser knows its own uploads again.

It is made of the session that the upload form has: files that are sent side by side, and one whose
answer is lost and asked for, have the same. Only who sends something gets the cookie.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from flask import Response, current_app, g, request, session

from blueprints.http.arguments import parse_guest
from blueprints.http.context import GUEST_COOKIE, browser_hash, guest_browser, person
from models import Upload

DECLINED = "guest_declined"  # in the session: who logged in said that they aren't theirs
LIFETIME = timedelta(days=400)  # the longest that browsers keep one (RFC 6265bis, 5.5)


def sending_browser() -> str:
    """The keyed hash of this browser's secret, for what it sends as a guest. In this request it is
    the visitor's already.
    """
    g.guest_browser = browser_hash(_secret())
    return str(g.guest_browser)


def has_guest_uploads() -> bool:
    """Whether to offer a member what this browser sent as a guest."""
    browser = guest_browser() if person() and DECLINED not in session else None
    return browser is not None and Upload.has_sent(browser)


def remember(answer: Response) -> Response:
    """Give the browser its secret, for as long as it goes on to send or to look."""
    answer.set_cookie(
        GUEST_COOKIE,
        _secret(),
        max_age=LIFETIME,
        path=current_app.session_interface.get_cookie_path(current_app),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _secret() -> str:
    return parse_guest(request.cookies.get(GUEST_COOKIE, "")) or secret_of_session("guest browser")


def secret_of_session(purpose: str) -> str:
    """The random secret of the session's form tokens, hashed with the site's key; another one
    where that session was ended in this request, as of somebody who is banned.
    """
    secret = session.setdefault("csrf_token", token_hex(20))
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"{purpose} {secret}".encode(), sha256).hexdigest()
