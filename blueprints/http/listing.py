"""The listing that an address shows, read as its own page reads it: which of one's files match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException

from blueprints.documents.holdings import Holdings
from blueprints.http import words
from blueprints.http.album_form import parse_album_sort
from blueprints.http.arguments import (
    parse_category_key,
    parse_slug,
    parse_tag_key,
    parse_whole_query,
    path_of_ours,
)
from blueprints.http.context import me, time_zone, visitor
from blueprints.http.library_form import parse_wanted
from blueprints.http.search_form import parse_options
from blueprints.http.searched import too_much, understood
from models import Album, Category, Contents, Heart, Tally, Upload
from models.upload.search_query import SearchQuery, in_category, with_tag

Args = MultiDict[str, str]


def rows_of(address: str, limit: int, *, is_of_all: bool = False) -> list[int]:
    """The row ids of one's own files there, in its order, at most so many. ``is_of_all``: of an
    album of one's own, everybody's. Raises BadRequest where the address is no listing.
    """
    path, _, query = path_of_ours(address).partition("?")
    args: Args = MultiDict(parse_qsl(query, keep_blank_values=True))
    try:
        endpoint, values = current_app.url_map.bind("").match(
            path.removeprefix(request.script_root), method="GET"
        )
    except HTTPException:
        raise BadRequest(words.BAD_CURSOR) from None
    if endpoint not in LISTINGS:
        raise BadRequest(words.BAD_CURSOR)
    return LISTINGS[endpoint](values, args, limit, is_of_all)


def _library(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    if args.get("tag") or args.get("album"):  # such a page leads to a search
        raise BadRequest(words.BAD_CURSOR)
    wanted = parse_wanted(args)
    holdings = Holdings(Tally.of(me().id, wanted.order.counted_by), wanted.filter, wanted.year)
    years = wanted.years(time_zone())
    return Upload.all_on_shelves(me().id, holdings.shelves, wanted.order, years, limit)


def _search(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    sent = parse_options(args)
    text = sent.query if sent else parse_whole_query(args.get("q", ""))
    return [] if too_much(text) else _found(understood(text)[1], limit)


def _tag(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    return _found(with_tag(parse_tag_key(values["name"])), limit)


def _category(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    found = Category.find(parse_category_key(values["url_key"]))
    return _found(in_category(found.url_key), limit) if found else []


def _found(query: SearchQuery, limit: int) -> list[int]:
    return [] if query.is_empty else Upload.all_found(visitor(), query, limit)


def _explored(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    return Upload.all_of_person(me().id, limit)


def _album(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    public_id = parse_slug(values["slug"])
    album = Album.find(public_id, visitor()) if public_id else None
    if album is None:
        return []
    is_everybodys = is_of_all and album.is_owner(visitor())
    owner_id = None if is_everybodys else me().id
    return Contents(album, parse_album_sort(args), owner_id).row_ids(limit)


def _liked(values: Mapping[str, Any], args: Args, limit: int, is_of_all: bool) -> list[int]:
    return Heart.own_of(me().id, limit)


LISTINGS: Mapping[str, Callable[[Mapping[str, Any], Args, int, bool], list[int]]] = {
    "mine.index": _library,
    "gallery.search": _search,
    "gallery.tag": _tag,
    "gallery.category": _category,
    "gallery.explore": _explored,
    "albums.show": _album,
    "hearts.liked": _liked,
}
