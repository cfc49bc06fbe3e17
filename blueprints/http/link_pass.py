"""What a browser has that was let in by a share link which asks first: a signed cookie of the
link's own path, so that it opens nothing else.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

from blueprints.http.context import keyed_hash, visitor
from blueprints.http.guest_browser import secret_of_session
from blueprints.http.link_cookie import keep
from models import ShareLink
from services.share_links import had_view

COOKIE = "share"
LASTS = timedelta(days=1)  # one view: who comes back on another day is counted again


def is_let_in(link: ShareLink) -> bool:
    """Whether this visitor sees what is under the link: it asks nothing, they have answered, or it
    is theirs.
    """
    return not link.asks_first or link.is_owner(visitor()) or _has_pass(link)


def let_in(answer: Response, link: ShareLink) -> Response:
    """From now on, until the link gets another password or the time is over."""
    return keep(answer, link, COOKIE, _signer().dumps(_said(link)), LASTS)


def viewing_browser(link: ShareLink) -> str:
    """The keyed hash of the secret of this browser's form tokens: another one for each link."""
    return keyed_hash(f"view of {link.public_id}: {secret_of_session('view')}")


def is_over_for(link: ShareLink) -> bool:
    """Whether this browser isn't let in any more: all views are used, and none of them just now by
    this one, which may not have got the answer.
    """
    if not link.is_used_up:
        return False
    has_session = "csrf_token" in session  # nobody gets one for asking
    return not (has_session and had_view(viewing_browser(link)))


def _has_pass(link: ShareLink) -> bool:
    try:
        said = _signer().loads(request.cookies.get(COOKIE, ""), int(LASTS.total_seconds()))
    except BadSignature:
        return False
    return bool(said == _said(link))


def _said(link: ShareLink) -> list[str]:
    return [link.public_id, link.password_key or ""]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="share link")
