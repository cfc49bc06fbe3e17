"""The network of an IP address."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def network(address: str) -> str:
    """An address, or of IPv6 the /64 that one household has."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
