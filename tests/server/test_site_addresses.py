"""What is printed at the start can be opened."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from config import Config
from server.site_addresses import site_addresses


@pytest.mark.parametrize(
    ("host", "public_url", "addresses"),
    [
        ("127.0.0.1", "", ["http://127.0.0.1:8000"]),
        ("::1", "", ["http://[::1]:8000"]),
        ("photos.lan", "", ["http://photos.lan:8000"]),
        ("0.0.0.0", "https://home.example/pics/", ["https://home.example/pics"]),  # noqa: S104
    ],
)
def test_one_address(host: str, public_url: str, addresses: list[str]) -> None:
    assert site_addresses(replace(Config(), host=host, public_url=public_url)) == addresses


@pytest.mark.parametrize(
    ("host", "here"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1")],  # noqa: S104
)
def test_all_interfaces_are_no_address(host: str, here: str) -> None:
    first, *others = site_addresses(replace(Config(), host=host))
    assert urlsplit(first).hostname == here
    for other in others:
        address = ipaddress.ip_address(urlsplit(other).hostname or "")
        assert not address.is_unspecified and not address.is_loopback
