"""What stands in front: trusted headers, and a path that the site lives under."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config


def stand_behind(app: Flask, config: Config) -> None:
    """Whether the proxy strips the path or not makes no difference."""
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    prefix = urlsplit(config.public_url).path.rstrip("/")
    if prefix:
        inner = app.wsgi_app

        def below_prefix(environ: dict[str, Any], start_response: Any) -> Any:
            path = environ.get("PATH_INFO", "")
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"
            environ["SCRIPT_NAME"] = prefix
            return inner(environ, start_response)

        app.wsgi_app = below_prefix  # type: ignore[method-assign]
