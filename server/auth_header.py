"""The header in which a reverse proxy says who has logged in there.

It is heard from the proxies that may say so, known by the address that connects, before any other
header is believed. From everybody else it is dropped.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Flask

from blueprints.http.header_log_in import HEARD
from config import Config, networks


def hear(app: Flask, config: Config) -> None:
    """What it says stands in the WSGI environment under a key that no header can have."""
    if not config.auth_header:
        return
    inner, known = app.wsgi_app, networks(config.auth_header_from)
    header = "HTTP_" + config.auth_header.upper().replace("-", "_")

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        said = environ.pop(header, None)
        address = _address(environ.get("REMOTE_ADDR", ""))
        if said is not None and address and any(address in network for network in known):
            environ[HEARD] = said
        return inner(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def _address(text: str) -> Any:
    """Of IPv4 written as IPv6 the IPv4 address; None for what is no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
