"""The page of an upload as guests get it, cached until anything is committed: a link that is passed
round costs no look into the database for each who follows it.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Hashable
from typing import Any

from flask import g, request, session

from blueprints.http.arguments import parse_slug
from blueprints.http.context import addresses, guest_browser, person, site
from blueprints.http.guards import Guard
from blueprints.http.view_count import count_view
from models import Upload

VIEWS = secrets.token_hex(16)  # stands on a cached page where its number of views is
OF_EVERY_SESSION = {"csrf_token", "_fresh"}


def cached(guard: Guard) -> Guard:
    """A guard that answers with the cached page where the visitor would get the same."""

    @functools.wraps(guard)
    def look(values: dict[str, Any]) -> Any:
        key = _key()
        if key is None:
            return guard(values)
        # The state before anything is read: what is committed meanwhile makes the page an old one.
        g.cached_as = key, site().page_cache.changes.state()
        page = site().page_cache.get(*g.cached_as)
        if page is None:
            return guard(values)
        public_id = parse_slug(values["slug"]) or ""
        count_view(public_id)
        return with_views(page.html.decode(), page.views, public_id)

    return look


def cache(upload: Upload, html: str) -> None:
    """Cache what was rendered, where the next guest would get the same."""
    if "cached_as" in g and upload.expires_at is None and "csrf_token" not in g:
        key, state = g.cached_as
        site().page_cache.put(key, html.encode(), upload.views, state)


def with_views(html: str, written: int, public_id: str) -> str:
    """``written`` are those in the database; others wait."""
    return html.replace(VIEWS, str(written + site().views.waiting(public_id)))


def _key() -> Hashable | None:
    """All that the page depends on, but for the database; None: on who asks, too."""
    if request.query_string or person() or not OF_EVERY_SESSION.issuperset(session):
        return None
    if guest_browser():
        return None
    return request.path, addresses(), request.script_root, site().settings
