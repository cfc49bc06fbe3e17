"""What every view needs to know of where it runs and who asks."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import current_app, request, session
from flask_login import current_user

from blueprints.http.addresses import Addresses
from blueprints.http.site_host import request_host
from media.intake.network import network
from media.intake.web_address import host_name
from models import User, Visitor
from services.site import Site


def site() -> Site:
    return cast(Site, current_app.extensions["keepsake"])


def addresses() -> Addresses:
    """Of PUBLIC_URL, else of the address that this request came to."""
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
    return Visitor(person())


def me() -> User:
    """Who is logged in, in a view that asks for that."""
    user = person()
    assert user is not None  # its guard saw to it
    return user


def network_address() -> str:
    """The caller's address; of IPv6 the network, of which one household has all the rest."""
    return network(request.remote_addr or "")


def guest_hash() -> str:
    """A guest's address as a keyed hash: enough to count, not enough to find anybody."""
    return keyed_hash(f"guest {network_address()}")


def guest_session() -> str | None:
    """Of a browser that has had a page of ours: a keyed hash of what its session alone knows."""
    secret = session.get("csrf_token") if request.cookies else None
    return keyed_hash(f"session {secret}") if secret else None


def keyed_hash(text: str) -> str:
    """The same for the same text, and nobody finds the text by trying."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def own_hosts() -> set[str]:
    """Our own names, without ports, as ``host_name`` spells them: what the server must not fetch
    from.
    """
    return {
        host_name(_without_port(netloc))
        for netloc in (request_host(), urlsplit(site().config.public_url).netloc)
        if netloc
    }


def _without_port(netloc: str) -> str:
    return netloc if netloc.endswith("]") else netloc.rpartition(":")[0] or netloc
