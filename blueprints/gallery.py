"""Listings: Explore, search and tags."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from blueprints.documents.timeline import sections
from blueprints.http import words
from blueprints.http.arguments import parse_cursor, parse_query, parse_tag, parse_tag_key
from blueprints.http.context import addresses, site, visitor
from blueprints.http.feed_address import feed_address
from models import Upload, utcnow
from models.upload import PAGE

bp = Blueprint("gallery", __name__)


def explore() -> Any:
    return _listing(str(words.EXPLORE))


def search() -> Any:
    query = parse_query(request.args.get("q", ""))
    return _listing(words.search_title(query), query=query, wants_query=True)


def tag(name: str) -> Any:
    return _listing(
        words.tag_title(parse_tag(name)),
        tag=parse_tag_key(name),
        feed=feed_address("tag", parse_tag(name)),
    )


def _listing(
    title: str, *, query: str = "", tag: str = "", wants_query: bool = False, feed: str = ""
) -> Any:
    before = parse_cursor(request.args.get("before", ""))
    uploads = (
        []
        if wants_query and not query
        else Upload.page(visitor(), before=before, query=query, tag=tag, limit=PAGE)
    )
    more = uploads[-1].rank if len(uploads) == PAGE else None
    zone = site().settings.zone
    today = utcnow().astimezone(zone).date()
    return render_template(
        "gallery/listing.html",
        title=title,
        uploads=uploads,
        sections=sections(uploads, zone, today),
        today=today,
        more=more,
        query=query,
        feed=feed,
        addresses=addresses(),
    )
