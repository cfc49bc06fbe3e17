"""Which addresses are on the public Internet: what lets nobody send this server into the network
that it stands in.

The table is ours: what Python's ``ipaddress`` calls global changes with its patch release. It holds
the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890) and the multicast blocks. All
of them are refused, also the few that the registries call reachable (relays and DNS sinks): no
picture is kept there.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = [
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carriers' NAT, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "169.254.0.0/16",  # link-local, with the clouds' metadata services, RFC 3927
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # AMT relays, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, and broadcast, RFC 1112 and RFC 919
    )
]

# Of IPv6 only this block is given out to networks (RFC 4291, 2.4). All else (loopback, link-local,
# unique local, site-local, multicast, discard-only, SRv6 and whatever comes next) is not public.
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(block)
    for block in (
        # IETF protocol assignments, with Teredo, ORCHID, benchmarks and AMT, RFC 2928
        "2001::/23",
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, an IPv4 address by another name, RFC 3056
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3ffe::/16",  # the 6bone, given back, RFC 3701
        "3fff::/20",  # documentation, RFC 9637
    )
]
# An IPv4 address by another name: as public as that one. A network without IPv4 reaches all of it
# through NAT64 (RFC 6052).
_IPV4_INSIDE = [IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")]


def is_public(address: IPv4Address | IPv6Address | str) -> bool:
    """Whether an address is one on the public Internet. Raises ValueError for a text that is
    none.
    """
    address = ip_address(address)
    if isinstance(address, IPv6Address):
        if any(address in block for block in _IPV4_INSIDE):
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        return address in _GLOBAL_6 and not any(address in block for block in _NOT_PUBLIC_6)
    return not any(address in block for block in _NOT_PUBLIC_4)
