"""A page as somebody without an account gets it: asked for anew, by a request that says nothing of
who asks.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Response, current_app, request

from blueprints.http.header_log_in import HEARD

# Of the request's headers: what changes a page and says of nobody who they are. Without the name of
# a program the view isn't counted.
KEPT = ("HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE")
_SKIP_LINK = re.compile(r"<a class=\"skip\"[^>]*>[^<]*</a>")


class Card(NamedTuple):
    """What chats and social networks make of a page's tags (https://ogp.me). ``picture`` is a path
    or "".
    """

    site: str
    title: str
    description: str
    picture: str


def page_for_a_stranger(path: str) -> Response:
    """The answer to a GET of ``path``, by the same guards and views as anybody's. Cookies stay as
    they are.
    """
    kept = {
        name: value
        for name, value in request.environ.items()
        if not name.startswith(("HTTP_", "werkzeug.", "flask.", HEARD)) or name in KEPT
    }
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1")}
    # The context of the application holds who has logged in, so that the stranger needs another.
    with (
        current_app.app_context(),
        current_app.request_context({**kept, **asked, "QUERY_STRING": ""}),
    ):
        return current_app.full_dispatch_request()


def card(page: str) -> Card:
    """The preview card of a page."""
    tags = _Tags()
    tags.feed(page)
    found = tags.found
    return Card(
        found.get("og:site_name", ""),
        found.get("og:title", ""),
        found.get("og:description", ""),
        urlsplit(found.get("og:image", "")).path,
    )


def with_banner(page: str, banner: str) -> str:
    """The page with something of ours above all that is seen of it."""
    return _SKIP_LINK.sub(lambda link: link[0] + banner, page, count=1)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property")):
            self.found.setdefault(name, given.get("content") or "")
