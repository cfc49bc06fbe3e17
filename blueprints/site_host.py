"""The name that a request came to: checked once, before anything makes an address of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, request

HOST, IS_MALFORMED = "keepsake.host", "keepsake.host_is_malformed"  # keys of the WSGI environment; no header can set them

MAX_HOST = 253  # characters of a name (RFC 1035, 2.3.4)
# Underscores are no part of a host name (RFC 952), but the names that container networks give have them.
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?P<name>{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{1,5}}))?", re.IGNORECASE)


def parse_host(text: str) -> str:
    """A Host header (RFC 9110, 7.2) in lower case: name or address, with its port. Raises ValueError for anything else."""
    found = _HOST.fullmatch(text)
    if not found or len(found["name"]) > MAX_HOST or not 0 < int(found["port"] or 80) < 65536:
        raise ValueError("malformed host")
    name = found["name"].lower()
    if not re.search(r"[0-9a-f:]" if name.startswith("[") else r"[a-z0-9]", name):
        raise ValueError("malformed host")
    try:
        name.encode().decode("idna")  # what cookies, routing and browsers make of xn--… later
    except UnicodeError as error:
        raise ValueError("malformed host") from error
    return text.lower()


def register(app: Flask) -> None:
    app.wsgi_app = _checked(app.wsgi_app)  # type: ignore[method-assign]

    @app.before_request
    def refuse_malformed() -> None:
        if IS_MALFORMED in request.environ:
            abort(400, "The address that you came by is malformed.")


def _checked(inner: Callable[..., Any]) -> Callable[..., Any]:
    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        # A request of HTTP/1.0 may have none.
        nameless = f"localhost:{environ.get('SERVER_PORT', '80')}"
        try:
            environ[HOST] = parse_host(environ.get("HTTP_HOST", nameless))
        except ValueError:
            # The page that says so needs a name that works.
            environ |= {HOST: nameless, "HTTP_HOST": nameless, IS_MALFORMED: True}
        return inner(environ, start_response)

    return wsgi_app


def request_host() -> str:
    """The name that this request came to, with the port, where that is not the scheme's own."""
    host: str = request.environ[HOST]
    return host.removesuffix({"http": ":80", "https": ":443"}.get(request.scheme, ""))
