"""Parses URLs from outside and refuses malformed ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Self
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

from media.errors import FetchRefused, UnsupportedScheme

MAX_URL = 8000  # characters; what servers take at the least is 8,000 bytes (RFC 9110, 4.1)
MAX_HOST = 253  # bytes of a name (RFC 1035, 2.3.4)

# control characters, other line ends, lone surrogates
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@%\\\s]+)(?::([0-9]{0,5}))?")
# a part of a name (RFC 1035, 2.3.4); compose services have underscores
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
# What stays as it is in a path and in a query; "%" too, so that nothing is quoted twice.
_IN_PATH, _IN_QUERY = "/%:@!$&'()*+,;=~", "/?%:@!$&'()*+,;=~[]"


@dataclass(frozen=True)
class WebAddress:
    """Where an http(s) URL leads. ``host`` is in lower case, ASCII (punycode), without brackets and
    without a dot at its end; ``target`` is what a request line carries.
    """

    url: str
    is_secure: bool
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises FetchRefused for what is no well-formed http or https URL, or carries a user's
        name.
        """
        url = _checked(url)
        try:
            parts = urlsplit(url)
        except ValueError:
            raise malformed() from None
        if parts.scheme not in ("http", "https"):
            raise UnsupportedScheme(parts.scheme)
        if "@" in parts.netloc:
            raise FetchRefused("Can't fetch that address: it carries a user name")
        host, port = _split_netloc(parts.netloc)
        target = quote(parts.path or "/", safe=_IN_PATH) + (
            f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else ""
        )
        is_secure = parts.scheme == "https"
        return cls(url, is_secure, host, port or (443 if is_secure else 80), target)

    def follow(self, location: str) -> Self:
        """Where a redirect leads, given its Location header. Raises FetchRefused."""
        location = _checked(header_text(location))
        if not location:
            raise FetchRefused("Can't fetch that address: its redirect leads nowhere")
        try:
            return self.parse(urljoin(self.url, location))
        except ValueError:
            raise malformed() from None

    @property
    def authority(self) -> str:
        """The Host header: without a port where it is the usual one (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"

    @property
    def filename(self) -> str:
        """The last part of the path, as text; not yet sanitised."""
        return unquote(self.target.partition("?")[0].rpartition("/")[2])


def header_text(header: str) -> str:
    """A header as http.client reads it, bytes as Latin-1, in the UTF-8 that most who send more than
    ASCII mean.
    """
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def malformed() -> FetchRefused:
    return FetchRefused("Can't fetch that address: it is malformed")


def _checked(url: str) -> str:
    """The text without what surrounds it, if it is of a length for a URL, of whole characters and
    of none that control. Raises FetchRefused.
    """
    url = url.strip(" \t\r\n")
    if len(url) > MAX_URL or _NO_TEXT.search(url):
        raise malformed()
    return url


def _split_netloc(netloc: str) -> tuple[str, int]:
    """Host, and port or 0. Raises FetchRefused."""
    match = _NETLOC.fullmatch(netloc)
    port = int(match[2] or 0) if match else 0
    if not match or port > 65535 or (match[2] and not port):
        raise malformed()
    return host_name(match[1]), port


def host_name(text: str) -> str:
    """The one spelling of a host: lower case, ASCII, no brackets. Raises FetchRefused for what no
    host can be called.

    Names in other scripts become punycode as browsers do it (UTS 46, then IDNA 2008).
    """
    if text.startswith("["):
        try:
            return str(IPv6Address(text.strip("[]")))
        except ValueError:
            raise malformed() from None
    if len(text) > MAX_HOST:
        raise malformed()
    if not text.isascii():
        try:
            text = idna.encode(text, uts46=True).decode()
        except (ValueError, IndexError):  # its own errors are kinds of ValueError
            raise malformed() from None
    name = text.lower().removesuffix(".")
    if len(name) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise malformed()
    return name
