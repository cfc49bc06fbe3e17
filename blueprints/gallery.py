"""Listings: everybody's public uploads, a search in them, a tag."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from blueprints.context import addresses, person, site
from blueprints.people import login_manager
from models import Upload
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
    before = request.args.get("before", type=int)
    found = [] if wants_query and not query else Upload.page(person(), before=before, query=query, tag=tag, limit=PAGE)
    more = found[-1].id if len(found) == PAGE else None
    return render_template("gallery/listing.html", title=title, uploads=found, more=more, query=query, addresses=addresses())
