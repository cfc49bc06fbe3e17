"""Who has logged in at a reverse proxy that is trusted: the header is asked at each request, and
nothing else keeps them logged in.
"""

from __future__ import annotations

from typing import cast

from flask import g, request, session

from blueprints.http.context import site
from models import User, UserSession
from models.limits import MAX_USER
from models.user import NAME_PATTERN
from services.accounts import end_session
from services.header_account import account_of_header

HEARD = "keepsake.auth_header"  # a key of the WSGI environment: `server.auth_header`
_BEGUN_BY = "header"  # in the session: the row id of the user that it is of
MAX_HEARD = 300  # characters


def parse_header_name(text: str, domain: str) -> str | None:
    """The account's name in what the header says; None where it can't be one, as it isn't where the
    header came twice.
    """
    text = text.strip()
    if domain:
        text, at, found = text.partition("@")
        if not at or found.lower() != domain.lower():
            return None
    return text if len(text) <= MAX_USER and NAME_PATTERN.fullmatch(text) else None


def heard() -> str:
    """What the proxy says, for people to read; "" where it says nothing."""
    return str(request.environ.get(HEARD, ""))[:MAX_HEARD].strip()


def user_by_header() -> User | None:
    """Whom the proxy says, if they have an account that is in use."""
    if HEARD not in request.environ:
        return None
    if "user_by_header" not in g:
        config = site().config
        name = parse_header_name(heard(), config.auth_header_domain)
        creates = config.auth_header_creates
        g.user_by_header = account_of_header(name, creates=creates) if name else None
    return cast("User | None", g.user_by_header)


def is_by_header() -> bool:
    """Whether who is logged in is so by the header, and so can't log out here."""
    return user_by_header() is not None


def follow_header() -> None:
    """A session never outlives what the header says: with another name, or none, in the header it
    ends, with all that is in it.
    """
    user, begun_by = user_by_header(), session.get(_BEGUN_BY) if request.cookies else None
    if user is None:
        if begun_by is not None:
            session.clear()
        return
    token = str(session.get("_user_id", "")) if request.cookies else ""
    row = UserSession.find(token) if token else None
    if row and row.user_id == user.id:
        return
    if begun_by == user.id and not token:
        return
    if token:
        end_session(token)
    session.clear()
    session[_BEGUN_BY] = user.id
    session.permanent = True
