"""Where the site can be opened, for the line that is printed at the start."""

from __future__ import annotations

import socket

from config import Config

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - all interfaces, and this machine
# Documentation addresses (RFC 5737, RFC 3849): to find the way there, nothing is sent.
_ELSEWHERE = {"0.0.0.0": "192.0.2.1", "::": "2001:db8::1"}  # noqa: S104


def site_addresses(config: Config) -> list[str]:
    """PUBLIC_URL, else the address on this machine; then that for other devices, where the server
    listens on all interfaces.
    """
    if config.public_url:
        return [config.public_url.rstrip("/")]
    here = EVERYWHERE.get(config.host)
    if here is None:
        host = f"[{config.host}]" if ":" in config.host else config.host
        return [f"http://{host}:{config.port}"]
    there = _own_address(config.host)
    hosts = [here, *([there] if there else [])]
    return [f"http://{host}:{config.port}" for host in hosts]


def _own_address(host: str) -> str:
    """The machine's address on the way to other networks; "" without a network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((_ELSEWHERE[host], 9))
            address = str(probe.getsockname()[0])
    except OSError:
        return ""
    return f"[{address}]" if ":" in address else address
