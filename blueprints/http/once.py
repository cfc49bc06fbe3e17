"""Secrets that a page shows once: a new API key, a new delete link. Between the form and the page
that its answer leads to they are in the database, sealed with a token that only the visitor's own
session cookie has. They are gone with the first look: a copy of the cookie is worth nothing then.
"""

from __future__ import annotations

from flask import request, session

from blueprints.http.sealed import vault_of
from models.base import random_id
from services.once import keep, take

TOKEN_LENGTH = 22  # letters and digits: 128 bits


def show_once(kind: str, secret: str, of: str = "") -> None:
    """``of``: the id of what it belongs to. The latest of a kind replaces the one before."""
    token = random_id(TOKEN_LENGTH)
    keep(token, vault_of(token).seal(secret))
    session[kind] = [of, token]


def shown_once(kind: str, of: str = "") -> str:
    """The secret, now that its page is shown; empty the next time."""
    belongs_to, token = session.get(kind, ("", ""))
    if not token or belongs_to != of or request.method != "GET":
        return ""
    sealed = take(token)
    del session[kind]
    return vault_of(token).open(sealed) or ""
