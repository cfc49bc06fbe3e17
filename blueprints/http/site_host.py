"""The host, scheme and prefix of a request, checked once, before anything makes a URL of them.

A client sends the Host; a proxy that is trusted may hand on a client's ``X-Forwarded-Host``,
``-Proto`` or ``-Prefix`` unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv6Address
from typing import Any

from flask import Flask, abort, request

from blueprints.http import words

# keys of the WSGI environment; no header can set them
HOST, IS_MALFORMED = "keepsake.host", "keepsake.host_is_malformed"

MAX_HOST = 253  # characters of a name (RFC 1035, 2.3.4)
MAX_PREFIX = 200  # characters of a path that a proxy strips
SCHEMES = ("http", "https")

_NETLOC = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?")
# Underscores are no part of a host name (RFC 952), but the names that container networks give have
# them.
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_PREFIX = re.compile(r"/[A-Za-z0-9._~-][A-Za-z0-9/._~-]*")


def parse_host(text: str) -> str:
    """A Host header (RFC 9110, 7.2) in lower case: name or address, with its port. Raises
    ValueError for anything else.
    """
    match = _NETLOC.fullmatch(text.lower())
    if not match or not 0 < int(match[2] or 80) < 65536:
        raise ValueError("malformed host")
    try:
        if match[1].startswith("["):
            IPv6Address(match[1].strip("[]"))
        else:
            _check_name(match[1].removesuffix("."))
    except ValueError as error:
        raise ValueError("malformed host") from error
    return text.lower()


def _check_name(name: str) -> None:
    if (
        len(name) > MAX_HOST
        or not all(_LABEL.fullmatch(label) for label in name.split("."))
        or not any(map(str.isalnum, name))
    ):
        raise ValueError("malformed name")
    name.encode().decode("idna")  # fails for a malformed xn--… name


def parse_prefix(text: str) -> str:
    """The path that the site lives under, "" for none, without a slash at its end. Raises
    ValueError for anything that is no plain path.
    """
    text = text.rstrip("/")
    if text and (
        len(text) > MAX_PREFIX or not _PREFIX.fullmatch(text) or "//" in text or "/." in text
    ):
        raise ValueError("malformed prefix")
    return text


def register(app: Flask) -> None:
    app.wsgi_app = _checked(app.wsgi_app)  # type: ignore[method-assign]

    @app.before_request
    def refuse_malformed() -> None:
        if IS_MALFORMED in request.environ:
            abort(400, words.MALFORMED_HOST)


def _checked(inner: Callable[..., Any]) -> Callable[..., Any]:
    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        # A request of HTTP/1.0 may have none.
        nameless = f"localhost:{environ.get('SERVER_PORT', '80')}"
        try:
            if environ["wsgi.url_scheme"] not in SCHEMES:
                raise ValueError("malformed scheme")
            environ["SCRIPT_NAME"] = parse_prefix(environ.get("SCRIPT_NAME", ""))
            environ[HOST] = parse_host(environ.get("HTTP_HOST", nameless))
        except ValueError:
            # The error page needs a valid host.
            environ |= {
                HOST: nameless,
                "HTTP_HOST": nameless,
                "SCRIPT_NAME": "",
                "wsgi.url_scheme": "http",
                IS_MALFORMED: True,
            }
        return inner(environ, start_response)

    return wsgi_app


def request_host() -> str:
    """The name that this request came to, with the port, where that is not the scheme's own."""
    host: str = request.environ[HOST]
    return host.removesuffix({"http": ":80", "https": ":443"}.get(request.scheme, ""))
