"""The address of a feed: open where guests may see what it is of; elsewhere a member's own, with a
secret, as a reader of feeds has no cookie.
"""

from __future__ import annotations

import hmac
from urllib.parse import quote

from blueprints.http.context import addresses, keyed_hash, person, site
from models import Album, User, Visitor


def explored_feed_address(kind: str, name: str) -> str:
    """Of a person or a tag, whose pages are for those who may explore."""
    return _feed_address(kind, name, is_open=site().settings.guests_explore)


def album_feed_address(album: Album, *, is_member: bool) -> str:
    """Of an album, also for those who open it by who they are. ``is_member``: of the album."""
    user = person()
    by_who_they_are = user and (is_member or album.opens_without_password(Visitor(user)))
    if not album.is_open and not by_who_they_are:
        return ""
    is_open = album.is_open and not site().settings.private_site
    return _feed_address("album", album.public_id, is_open=is_open)


def notices_feed_address() -> str:
    """Of what a member is told, which nobody else sees."""
    user = person()
    return _feed_address("notifications", user.name, is_open=False) if user else ""


def _feed_address(kind: str, name: str, *, is_open: bool) -> str:
    """``kind`` is one of `blueprints.feeds.KINDS`; ``name`` is what its page has in its address.
    "" where there is none for this visitor. ``is_open``: everybody sees the page.
    """
    base, user, quoted = addresses().base, person(), quote(name, safe="")
    if is_open:
        return f"{base}/{kind}/{quoted}/feed"
    return f"{base}/feed/{_secret(user, kind, name)}/{kind}/{quoted}" if user else ""


def feed_reader(user_id: int, secret: str, kind: str, name: str) -> User | None:
    """Whose secret it is; None: of nobody, or no longer."""
    user = User.active(user_id) if user_id else None
    is_theirs = user and hmac.compare_digest(_secret(user, kind, name), f"{user.id}.{secret}")
    return user if is_theirs else None


def _secret(user: User, kind: str, name: str) -> str:
    """Of this member, this feed, and nothing else. None is stored."""
    return f"{user.id}.{keyed_hash(f'feed {user.id} {user.feed_number} {kind} {name}')}"
