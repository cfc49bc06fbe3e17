"""The query of a list of uploads, and the page that it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from blueprints.documents.holdings import Holdings
from blueprints.http.album_form import parse_album_place
from blueprints.http.arguments import parse_cursor, parse_id, parse_whole_query
from blueprints.http.context import site
from blueprints.http.library_form import FIRST_ORDER, place_in, written
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import InvalidField
from blueprints.http.managing.upload_patch import tag_of
from blueprints.http.search_syntax import MAX_TERMS, has_too_many_terms, parse_search
from models import Album, Contents, Tally, Upload, Visibility, utcnow
from models.limits import MAX_PAGE, MAX_QUERY
from models.upload.library import ORDERS
from models.upload.search_query import SearchQuery, Term
from models.upload.shelf import KINDS, Filter

PAGE = 60
UPLOAD_FIELDS = ("album", "tag", "visibility", "type", "q", "sort", "limit", "after")
SWITCH = ("true", "false")
PAGE_FIELDS = ("limit", "after")
_LIMIT = re.compile(r"[0-9]{1,3}")


def parse_fields(args: MultiDict[str, str], known: tuple[str, ...]) -> dict[str, str]:
    """Each once; raises InvalidField for one that isn't known, which may be mistyped."""
    for name, values in args.lists():
        if name not in known:
            raise InvalidField(name, "there is no such parameter")
        if len(values) > 1:
            raise InvalidField(name, "once is enough")
    return args.to_dict()


def parse_limit(text: str) -> int:
    limit = int(text) if _LIMIT.fullmatch(text) else 0
    if text and not 1 <= limit <= MAX_PAGE:
        raise InvalidField("limit", f"from 1 to {MAX_PAGE}")
    return limit or PAGE


def parse_switch(name: str, text: str) -> bool:
    if text not in ("", *SWITCH):
        raise InvalidField(name, "true or false")
    return text == "true"


def one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text and text not in known:
        raise InvalidField(name, f"one of {', '.join(known)}")
    return text


@dataclass(frozen=True)
class ListQuery:
    """``query`` is a search, None: none. ``album`` is what to look into, None: everything."""

    filter: Filter
    sort: str
    album: Album | None
    query: SearchQuery | None
    limit: int
    after: str


def parse_list_query(fields: Mapping[str, str], asker: Asker) -> ListQuery:
    """Raises InvalidField, or NoSuch for an album."""
    kind = one_of("type", fields.get("type", ""), KINDS)
    visibility = one_of("visibility", fields.get("visibility", ""), tuple(Visibility))
    sort = one_of("sort", fields.get("sort", ""), tuple(ORDERS))
    album = asker.album
    if "album" in fields:
        album = asker.find_album(parse_id(fields["album"]))
    text = parse_whole_query(fields.get("q", ""))
    if len(text) > MAX_QUERY or has_too_many_terms(text):
        raise InvalidField("q", f"at most {MAX_QUERY} characters and {MAX_TERMS} words")
    terms = [Term("tag", tag_of("tag", fields["tag"]).casefold())] if "tag" in fields else []
    is_search = bool(terms or text or (album and (kind or visibility)))
    if sort and (is_search or album):
        raise InvalidField("sort", "a search, a tag and an album have their own order")
    if is_search:
        terms += [Term("album", album.public_id)] if album else []
        terms += [Term("kind", kind)] if kind else []
        terms += [Term("visibility", visibility)] if visibility else []
    return ListQuery(
        Filter(kind=kind, visibility=visibility),
        sort or FIRST_ORDER,
        album,
        _search(text, asker, terms) if is_search else None,
        parse_limit(fields.get("limit", "")),
        fields.get("after", ""),
    )


def _search(text: str, asker: Asker, terms: list[Term]) -> SearchQuery:
    zone = asker.user.zone or site().settings.zone
    query = parse_search(text, zone, utcnow().astimezone(zone).date())
    return replace(query, terms=(*query.terms, *terms))


def page_of(wanted: ListQuery, asker: Asker) -> tuple[list[Upload], str]:
    """The uploads with their details, and where the next page goes on: "" for none. Raises
    BadRequest for a place that is none.
    """
    if wanted.query is not None:
        uploads, places = _found(wanted, asker)
    elif wanted.album:
        uploads, places = _in_album(wanted, wanted.album, asker)
    else:
        uploads, places = _in_library(wanted, asker)
    Upload.load_details(uploads[: wanted.limit])
    more = places[wanted.limit - 1] if len(uploads) > wanted.limit else ""
    return uploads[: wanted.limit], more


Page = tuple[list[Upload], list[str]]  # one more than is shown, if there is one; their places


def _found(wanted: ListQuery, asker: Asker) -> Page:
    uploads = Upload.page(
        asker.visitor,
        before=parse_cursor(wanted.after),
        query=wanted.query,
        only_own=True,
        limit=wanted.limit + 1,
    )
    return uploads, [str(upload.rank) for upload in uploads]


def _in_album(wanted: ListQuery, album: Album, asker: Asker) -> Page:
    contents = Contents(album, owner_id=asker.user.id)
    after = parse_album_place({"after": wanted.after}, contents.order).place
    shown = contents.page(after, limit=wanted.limit + 1)
    column = contents.order.column
    return [one.upload for one in shown], [f"{column}:{written(one.place)}" for one in shown]


def _in_library(wanted: ListQuery, asker: Asker) -> Page:
    order = ORDERS[wanted.sort]
    holdings = Holdings(Tally.of(asker.user.id, order.counted_by), wanted.filter, 0)
    uploads = Upload.sent_by(
        asker.user.id,
        holdings.shelves,
        order,
        after=place_in(wanted.after, order),
        limit=wanted.limit + 1,
    )
    return uploads, [written(order.place_of(upload)) for upload in uploads]
