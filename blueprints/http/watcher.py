"""The guard of what programs read that watch over the server."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import abort, request

from blueprints.http.arguments import parse_authorization
from blueprints.http.context import site
from blueprints.http.site_host import request_host

# A key of the WSGI environment, which no header can set: whether the server was asked by a program
# of its own machine, and by no proxy.
IS_DIRECT = "keepsake.is_direct"


def watcher(values: dict[str, Any]) -> Any:
    """Who has METRICS_TOKEN; with METRICS_LOCAL also who asks on this machine. For all others there
    is no such page.
    """
    config = site().config
    said = parse_authorization(request.headers.get("Authorization", ""))
    if config.metrics_token and hmac.compare_digest(
        said.encode(errors="replace"), config.metrics_token.encode()
    ):
        return
    if (
        not config.metrics_local
        or not request.environ.get(IS_DIRECT)
        or not is_loopback(urlsplit(f"//{request_host()}").hostname or "")
    ):
        abort(404)
    # A proxy in front that isn't trusted may tell nothing of itself.
    public = urlsplit(config.public_url).hostname or "localhost"
    if not config.trusted_proxies and not is_loopback(public):
        abort(404)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
