"""Flask's Request for any bytes in the query."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import quote

import flask

URL_CHARACTERS = string.ascii_letters + string.digits + string.punctuation


class Request(flask.Request):
    """Flask's, for any bytes in the query."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        # no URL (RFC 3986, section 2): Werkzeug reads UTF-8 there, and fails on other bytes
        if not query.isascii():
            # one character a byte (PEP 3333)
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=URL_CHARACTERS)
        super().__init__(environ, *args, **kwargs)
