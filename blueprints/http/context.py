"""The site, its URLs and the visitor of the current request."""

from __future__ import annotations

import hashlib
import hmac
from datetime import tzinfo
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import current_app, g, has_app_context, request, session
from flask_login import current_user

from blueprints.http.addresses import Addresses
from blueprints.http.arguments import parse_guest
from blueprints.http.site_host import request_host
from media.intake.network import network
from media.intake.web_address import host_name
from models import User, Visitor
from services.settings import Settings, SettingStore
from services.site import Site

GUEST_COOKIE = "guest"
MOST_OPENED = 40  # albums of one session: a cookie holds 4 KB
_OPENED = "albums"


def site() -> Site:
    return cast(Site, current_app.extensions["keepsake"])


def addresses() -> Addresses:
    """Based on PUBLIC_URL, otherwise on the host of this request."""
    return Addresses(
        site().config.public_url.rstrip("/")
        or f"{request.scheme}://{request_host()}{quote(request.root_path)}".rstrip("/")
    )


def person() -> User | None:
    """Who is logged in."""
    user: Any = current_user
    return cast(User, user._get_current_object()) if user.is_authenticated else None


def visitor() -> Visitor:
    """Who asks."""
    user = person()
    may_explore = user is not None or site().settings.guests_explore
    return Visitor(user, opened_albums(), may_explore, None if user else guest_browser())


def opened_albums() -> frozenset[str]:
    """Keys of the albums whose password this browser has entered, in its signed session."""
    return frozenset(session.get(_OPENED, ()) if request.cookies else ())


def remember_opened(key: str) -> None:
    """For as long as the session lasts and the album keeps its password."""
    others = [one for one in session.get(_OPENED, ()) if one != key]
    session[_OPENED] = [*others, key][-MOST_OPENED:]


def me() -> User:
    """The logged-in user, in a view that requires one."""
    user = person()
    assert user is not None  # its guard made sure
    return user


def time_zone() -> tzinfo:
    """Of all dates that this visitor sees: their own, else the site's."""
    user = person()
    return (user and user.zone) or site().settings.zone


def network_address() -> str:
    """The visitor's IP address; of IPv6 the /64 network, which one household has."""
    return network(request.remote_addr or "")


def guest_hash() -> str:
    """A guest's IP address as a keyed hash: enough to count, not to identify."""
    return keyed_hash(f"guest {network_address()}")


def guest_browser() -> str | None:
    """A keyed hash of the secret that this browser keeps since it sent something as a guest."""
    if "guest_browser" not in g:
        secret = parse_guest(request.cookies.get(GUEST_COOKIE, ""))
        g.guest_browser = browser_hash(secret) if secret else None
    return cast("str | None", g.guest_browser)


def browser_hash(secret: str) -> str:
    """As uploads have it."""
    return keyed_hash(f"browser {secret}")


def keyed_hash(text: str) -> str:
    """The same for the same text; the text can't be found by trying."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def own_hosts() -> set[str]:
    """Our own host names, without ports, normalised like ``host_name``: the server must not fetch
    from them.
    """
    return {
        host_name(_without_port(netloc))
        for netloc in (request_host(), urlsplit(site().config.public_url).netloc)
        if netloc
    }


def _without_port(netloc: str) -> str:
    return netloc if netloc.endswith("]") else netloc.rpartition(":")[0] or netloc


def settings_of_this_context(store: SettingStore) -> Settings:
    """The same all through an application context, which each request, command and job has of its
    own.
    """
    if not has_app_context():
        return store.current()
    if "settings" not in g:
        g.settings = store.current()
    return cast(Settings, g.settings)
