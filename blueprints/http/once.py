"""Secrets that a page shows once: a new API key, a new delete link. Between the form and the page
that its answer leads to they are in the visitor's own session cookie, which is signed and which no
script can read; the server keeps only their hashes.
"""

from __future__ import annotations

from flask import request, session


def show_once(kind: str, secret: str, of: str = "") -> None:
    """``of``: the id of what it belongs to. The latest of a kind replaces the one before."""
    session[kind] = [of, secret]


def shown_once(kind: str, of: str = "") -> str:
    """The secret, now that its page is shown; empty the next time."""
    belongs_to, secret = session.get(kind, ("", ""))
    if not secret or belongs_to != of or request.method != "GET":
        return ""
    del session[kind]
    return str(secret)
