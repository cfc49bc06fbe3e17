"""Which requests are uploads, for their lane: however the address is written, the server and the
application mean the same by it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from waitress.adjustments import Adjustments
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from blueprints import SITE_MAP, takes_upload
from server.listener import Listener
from server.parser import Parser

UPLOADS = [
    path.replace("<token>", "0123456789abcdefghijkl").replace("<version>", "1")
    for method, path in sorted(
        (method, route.rule) for route in SITE_MAP for method in route.methods.split()
    )
    if takes_upload(method, path) and method == "POST"
]
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "closed": lambda path: f"{path}/",
    "query": lambda path: f"{path}?a=/b",
    "all encoded": lambda path: "/" + "".join(f"%{ord(one):02x}" for one in path[1:]),
    "one letter encoded": lambda path: f"/%{ord(path[1]):02X}{path[2:]}",
    "last letter encoded": lambda path: f"{path[:-1]}%{ord(path[-1]):02X}",
    "slashes encoded": lambda path: "/" + path[1:].replace("/", "%2F"),
    "first slash encoded": lambda path: f"/%2F{path[1:]}",
    "two slashes": lambda path: f"/{path}",
    "with the site": lambda path: f"http://127.0.0.1{path}",
    "another path": lambda path: f"{path}/x",
}


def parsed(target: str) -> Parser:
    request = Parser(Adjustments())
    request.received(f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".encode())
    return request


def asks_for(app: Flask, request: Parser) -> Any:
    """The view that answers, None where none does."""
    path = "/" + request.path.lstrip("/")  # as waitress does
    try:
        return app.url_map.bind("a").match(path, "POST")[0]
    except (HTTPException, RequestRedirect):
        return None


@pytest.mark.parametrize("path", UPLOADS)
def test_an_upload_is_one_however_it_is_written(app: Flask, path: str) -> None:
    view = asks_for(app, parsed(path))
    assert view
    for way, written in WAYS.items():
        is_upload = asks_for(app, parsed(written(path))) == view
        assert is_upload == (way != "another path"), way
        for prefix in ("", "/pictures"):
            server: Any = SimpleNamespace(rules=SimpleNamespace(prefix=prefix))
            server.path_of = lambda request, server=server: Listener.path_of(server, request)
            assert Listener.takes_upload(server, parsed(written(prefix + path))) == is_upload, way
