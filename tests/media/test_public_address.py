"""The table of addresses that must not be fetched from, against the registries, independent of
Python's patch release.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.intake.public_address import is_public

# The IANA special-purpose address registries, and multicast, with the last public address before
# each block and the first after it ("" where that is in a block, too, or there is none).
BLOCKS = [
    ("0.0.0.0/8", "", "1.0.0.0"),
    ("10.0.0.0/8", "9.255.255.255", "11.0.0.0"),
    ("100.64.0.0/10", "100.63.255.255", "100.128.0.0"),
    ("127.0.0.0/8", "126.255.255.255", "128.0.0.0"),
    ("169.254.0.0/16", "169.253.255.255", "169.255.0.0"),
    ("172.16.0.0/12", "172.15.255.255", "172.32.0.0"),
    ("192.0.0.0/24", "191.255.255.255", "192.0.1.0"),
    ("192.0.2.0/24", "192.0.1.255", "192.0.3.0"),
    ("192.31.196.0/24", "192.31.195.255", "192.31.197.0"),
    ("192.52.193.0/24", "192.52.192.255", "192.52.194.0"),
    ("192.88.99.0/24", "192.88.98.255", "192.88.100.0"),
    ("192.168.0.0/16", "192.167.255.255", "192.169.0.0"),
    ("192.175.48.0/24", "192.175.47.255", "192.175.49.0"),
    ("198.18.0.0/15", "198.17.255.255", "198.20.0.0"),
    ("198.51.100.0/24", "198.51.99.255", "198.51.101.0"),
    ("203.0.113.0/24", "203.0.112.255", "203.0.114.0"),
    ("224.0.0.0/4", "223.255.255.255", ""),
    ("240.0.0.0/4", "", ""),
    ("255.255.255.255/32", "", ""),
    # Parts of 192.0.0.0/24 that the registry lists by themselves.
    ("192.0.0.0/29", "", ""),
    ("192.0.0.8/32", "", ""),
    ("192.0.0.9/32", "", ""),
    ("192.0.0.10/32", "", ""),
    ("192.0.0.170/31", "", ""),
    ("::/128", "", ""),
    ("::1/128", "", ""),
    ("::/96", "", ""),
    ("64:ff9b:1::/48", "", ""),
    ("100::/64", "", ""),
    ("100:0:0:1::/64", "", ""),
    ("2001::/23", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"),
    ("2001::/32", "", ""),
    ("2001:1::1/128", "", ""),
    ("2001:2::/48", "", ""),
    ("2001:3::/32", "", ""),
    ("2001:4:112::/48", "", ""),
    ("2001:10::/28", "", ""),
    ("2001:20::/28", "", ""),
    ("2001:30::/28", "", ""),
    ("2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"),
    ("2002::/16", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"),
    ("2620:4f:8000::/48", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"),
    ("3ffe::/16", "3ffd:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
    ("3fff::/20", "", "3fff:1000::"),
    ("5f00::/16", "", ""),
    ("fc00::/7", "", ""),
    ("fe80::/10", "", ""),
    ("fec0::/10", "", ""),
    ("ff00::/8", "", ""),
    ("::/3", "", "2000::"),
    ("4000::/2", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
    ("8000::/1", "", ""),
]
# as public as the IPv4 address inside
EXCEPT = [IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")]


@pytest.mark.parametrize(("block", "before", "after"), BLOCKS)
def test_each_special_block_and_its_neighbours(block: str, before: str, after: str) -> None:
    network = ip_network(block)
    half = int(network[0]) + network.num_addresses // 2
    for address in (network[0], type(network[0])(half), network[-1]):
        assert not is_public(address)
    assert all(is_public(neighbour) for neighbour in (before, after) if neighbour)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "93.184.216.34",
        "2606:4700:4700::1111",
        "2a00:1450:4001:82a::200e",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "192.0.0.200",
        "3fff::1",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "::ffff:192.168.1.1",
        "::ffff:100.64.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::c0a8:101",
        "64:ff9b:1::101:101",
        "2002:7f00:1::",
        "2002:101:101::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "::ffff:0:127.0.0.1",
        "fd00:ec2::254",
        "fe80::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_address_outside_the_global_block_is_public(address: IPv6Address) -> None:
    if address not in IPv6Network("2000::/3") and not any(address in block for block in EXCEPT):
        assert not is_public(address)


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_inside_ipv6_is_as_public_as_by_itself(number: int) -> None:
    for block in EXCEPT:
        assert is_public(IPv6Address(int(block[0]) + number)) == is_public(IPv4Address(number))
