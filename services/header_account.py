"""The account of somebody who has logged in at a reverse proxy."""

from __future__ import annotations

from models import User, begin_write, db


def account_of_header(name: str, *, creates: bool) -> User | None:
    """The account with this name in any case, if it is in use. ``creates``: one is made where there
    is none, but never the first, which is an admin's and has a set-up link.
    """
    user = User.by_name(name)
    if user is None and creates and not User.none_yet():
        user = _made(name)
    return user if user and user.is_active else None


def _made(name: str) -> User:
    begin_write()  # of two requests at once, one makes it
    user = User.by_name(name) or User.create_without_password(name, is_given=True)
    db.session.commit()
    return user
