"""Who has logged in at a reverse proxy that is trusted: the header is asked at each request, and
nothing else keeps them logged in.
"""

from __future__ import annotations

from typing import cast

from flask import g, request, session

from blueprints.http.context import site
from blueprints.http.log_line import note_user
from models import User, UserSession
from models.limits import MAX_USER, MIN_USER
from models.user import NAME_PATTERN
from services.accounts import end_session
from services.header_account import account_of_header

HEARD = "keepsake.auth_header"  # a key of the WSGI environment: `server.auth_header`
_BEGUN_BY = "header"  # in the session: the row id of the user that it is of
_BESIDE = "beside_header"  # in one by password: what the header said then, which was nobody here
MAX_HEARD = 300  # characters
_BLANKS = " \t"  # that may stand around a header's value (RFC 9110, 5.5)


def parse_header_name(text: str, domain: str) -> str | None:
    """The account's name in what the header says; None where it can't be one, as it isn't where the
    header came twice.
    """
    text = text.strip(_BLANKS)
    if domain:
        text, at, found = text.partition("@")
        if not at or found.lower() != domain.lower():
            return None
    return text if MIN_USER <= len(text) <= MAX_USER and NAME_PATTERN.fullmatch(text) else None


def heard() -> str:
    """What the proxy says, for people to read; "" where it says nothing."""
    return str(request.environ.get(HEARD, ""))[:MAX_HEARD].strip(_BLANKS)


def user_by_header() -> User | None:
    """Whom the proxy says, if they have an account that is in use."""
    if HEARD not in request.environ:
        return None
    if "user_by_header" not in g:
        config = site().config
        name = parse_header_name(heard(), config.auth_header_domain)
        creates = config.auth_header_creates
        g.user_by_header = account_of_header(name, creates=creates) if name else None
        note_user(g.user_by_header.id if g.user_by_header else None)
    return cast("User | None", g.user_by_header)


def is_by_header() -> bool:
    """Whether who is logged in is so by the header, and so can't log out here."""
    return user_by_header() is not None


def names_another(user_id: int) -> bool:
    """Whether the header names somebody else than the session by password is of: also somebody who
    has no account, is banned, or can't be told. Who logged in beside such a name stays it.
    """
    if said := user_by_header():
        return said.id != user_id
    return heard() not in ("", session.get(_BESIDE))


def note_header() -> None:
    """A session by password begins."""
    if heard():
        session[_BESIDE] = heard()


def follow_header() -> None:
    """A session never outlives what the header says: with another name, or none, in the header it
    ends, with all that is in it.
    """
    user, begun_by = user_by_header(), session.get(_BEGUN_BY) if request.cookies else None
    token = str(session.get("_user_id", "")) if request.cookies else ""
    if user is None:
        is_of_another = bool(token) and heard() not in ("", session.get(_BESIDE))
        if is_of_another:
            end_session(token)
        if is_of_another or begun_by is not None:
            session.clear()
        return
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
