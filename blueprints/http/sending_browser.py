"""Who sends files by a share link: the name that they gave, and the secret by which their browser
takes them back. Both are in a cookie of the link's own path, which only who sends something gets.

The secret is made of the session that the form has, as a guest's is: files that are sent side by
side have the same, and one whose answer is lost and asked for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from blueprints.http.context import guest_hash, keyed_hash
from blueprints.http.guest_browser import secret_of_session
from blueprints.http.link_cookie import keep
from blueprints.http.profile_form import parse_display_name
from models import ShareLink
from models.limits import MAX_SENDER
from services.intake import Sender

COOKIE = "sender"
LIFETIME = timedelta(days=400)  # the longest that browsers keep one (RFC 6265bis, 5.5)


class _Known(NamedTuple):
    secret: str
    name: str


def sender_of(link: ShareLink, name: str) -> Sender:
    return Sender(link, name, sending_browser(link), guest_hash())


def sending_browser(link: ShareLink) -> str:
    """The keyed hash of this browser's secret: another one for each link."""
    return keyed_hash(f"sender by {link.public_id}: {_known().secret}")


def parse_sender(text: str) -> str:
    """One line, in its own direction; "" for a name in which there is nothing to see."""
    return parse_display_name(text)[:MAX_SENDER].strip()


def known_name() -> str:
    """That this browser gave before; "" for none."""
    return _known().name


def remember_sender(answer: Response, link: ShareLink, name: str) -> Response:
    return keep(answer, link, COOKIE, _signer().dumps([_known().secret, name]), LIFETIME)


def _known() -> _Known:
    try:
        return _Known(*_signer().loads(request.cookies.get(COOKIE, "")))
    except BadSignature:
        return _Known(secret_of_session("sender"), "")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="sender")
