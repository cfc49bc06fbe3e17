"""Listings: Explore, search and tags."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from blueprints.documents.timeline import sections
from blueprints.http import words
from blueprints.http.arguments import (
    parse_category_key,
    parse_cursor,
    parse_query,
    parse_tag,
    parse_tag_key,
    parse_whole_query,
)
from blueprints.http.context import addresses, person, time_zone, visitor
from blueprints.http.feed_address import explored_feed_address
from blueprints.http.search_form import SearchOptions, options_of, parse_options
from blueprints.http.searched import too_much, understood
from models import Category, Tag, TagTally, Upload, utcnow
from models.upload import PAGE
from models.upload.search_query import SearchQuery, in_category, with_tag

bp = Blueprint("gallery", __name__)

NOTHING = SearchQuery()


def explore() -> Any:
    return _listing(str(words.EXPLORE))


def search() -> Any:
    sent = parse_options(request.args)
    text = sent.query if sent else parse_whole_query(request.args.get("q", ""))
    if problem := too_much(text):
        title = words.search_title(parse_query(text))
        return _listing(
            title, text=text, query=NOTHING, options=sent or options_of(text), problem=problem
        )
    if sent:
        return redirect(url_for("gallery.search", q=text or None))
    meant, query = understood(text)
    return _listing(words.search_title(text), query=query, text=text, options=options_of(meant))


def tag(name: str) -> Any:
    key = parse_tag_key(name)
    count, user = TagTally.of(visitor(), key), person()
    own = TagTally.own(user.id, key) if user and count else None
    return _listing(
        words.tag_title(parse_tag(name)),
        query=with_tag(key),
        feed=explored_feed_address("tag", parse_tag(name)),
        count=count,
        tag=Tag.find(key) if count else None,
        own=own.uploads if own else 0,
    )


def category(url_key: str) -> Any:
    found = Category.find(parse_category_key(url_key))
    if found is None:
        abort(404)
    return _listing(
        words.category_title(found.name), query=in_category(found.url_key), category=found
    )


def _listing(
    title: str,
    *,
    query: SearchQuery | None = None,
    text: str = "",
    options: SearchOptions | None = None,
    feed: str = "",
    **shown: Any,
) -> Any:
    before = parse_cursor(request.args.get("before", ""))
    is_nothing = query is not None and query.is_empty
    uploads = [] if is_nothing else Upload.page(visitor(), before=before, query=query, limit=PAGE)
    more = uploads[-1].rank if len(uploads) == PAGE else None
    zone = time_zone()
    today = utcnow().astimezone(zone).date()
    return render_template(
        "gallery/listing.html",
        title=title,
        uploads=uploads,
        sections=sections(uploads, zone, today),
        today=today,
        zone=zone,
        has_marked=any(one.is_owner(visitor()) and not one.is_shown_around for one in uploads),
        more=more,
        query=text,
        options=options,
        feed=feed,
        addresses=addresses(),
        **shown,
    )
