"""The address of a feed: open where guests may see what it is of; elsewhere a member's own, with a
secret, as a reader of feeds has no cookie.
"""

from __future__ import annotations

import hmac
from urllib.parse import quote

from blueprints.http.context import addresses, keyed_hash, person, site
from models import User


def feed_address(kind: str, name: str, *, is_open: bool = True) -> str:
    """``kind`` is ``user``, ``tag`` or ``album``; ``name`` is what its page has in its address. ""
    where there is none for this visitor. ``is_open``: everybody who may explore sees the page.
    """
    base, user = addresses().base, person()
    if is_open and site().settings.explore == "everyone":
        return f"{base}/{kind}/{quote(name, safe='')}/feed"
    return f"{base}/feed/{_secret(user, kind, name)}/{kind}/{quote(name, safe='')}" if user else ""


def feed_reader(user_id: int, secret: str, kind: str, name: str) -> User | None:
    """Whose secret it is; None: of nobody, or no longer."""
    user = User.not_banned(user_id) if user_id else None
    is_theirs = user and hmac.compare_digest(_secret(user, kind, name), f"{user.id}.{secret}")
    return user if is_theirs else None


def _secret(user: User, kind: str, name: str) -> str:
    """Of this member, this feed, and nothing else. None is stored."""
    return f"{user.id}.{keyed_hash(f'feed {user.id} {user.feed_number} {kind} {name}')}"
