"""Listings: everybody's public uploads, a search in them, a tag."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from blueprints.http.context import addresses, person, site, visitor
from blueprints.http.sessions import login_manager
from models import Cursor, Upload
from models.upload import PAGE

bp = Blueprint("gallery", __name__)

MAX_QUERY = 200  # characters


def explore() -> Any:
    return _listing("Explore")


def search() -> Any:
    query = request.args.get("q", "").strip()[:MAX_QUERY]
    return _listing(f"Search: {query}" if query else "Search", query=query, wants_query=True)


def tag(name: str) -> Any:
    return _listing(f"Tag: {name}", tag=name.casefold())


def _listing(title: str, *, query: str = "", tag: str = "", wants_query: bool = False) -> Any:
    if site().settings.explore == "members" and person() is None:
        return login_manager.unauthorized()
    before = _cursor(request.args.get("before", ""))
    found = [] if wants_query and not query else Upload.page(visitor(), before=before, query=query, tag=tag, limit=PAGE)
    more = str(found[-1].cursor) if len(found) == PAGE else None
    return render_template("gallery/listing.html", title=title, uploads=found, more=more, query=query, addresses=addresses())


def _cursor(text: str) -> Cursor | None:
    """Where the page before ended; 400 for a text that no page of ours had."""
    try:
        return Cursor.parse(text) if text else None
    except ValueError:
        abort(400, "This address is not one of ours. Begin at the start of the list.")
