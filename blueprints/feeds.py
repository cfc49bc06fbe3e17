"""Feeds of people, tags and albums: open, or for a member under a secret address of their own, as
that of what they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from blueprints.documents import feed, notice_feed
from blueprints.http import words
from blueprints.http.addresses import Addresses
from blueprints.http.album_addresses import AlbumAddresses
from blueprints.http.arguments import (
    parse_feed_kind,
    parse_feed_secret,
    parse_id,
    parse_tag,
    parse_tag_key,
    parse_user_name,
)
from blueprints.http.context import addresses, site
from blueprints.http.feed_address import feed_reader
from blueprints.http.notice_rows import paths
from blueprints.http.notice_words import author
from models import Album, Contents, Upload, Visitor
from models.notice_list import news
from models.people import profile_of
from models.upload.library import ORDERS
from models.upload.search_query import with_tag
from models.upload.shelf import lasting_shelves

bp = Blueprint("feeds", __name__)

ENTRIES = 30  # a week of a busy family; readers ask more often


def of_user(name: str) -> Any:
    return _of_user(parse_user_name(name) or "", Visitor.GUEST)


def of_tag(name: str) -> Any:
    return _of_tag(parse_tag(name), Visitor.GUEST)


def of_album(album: Album) -> Any:
    """What a program gets that hasn't entered a password."""
    return _of_album(album.public_id, Visitor.GUEST)


def secret(secret: str, kind: str, name: str) -> Any:
    """What a member may see, for a program that can't log in. Of people and tags without what is
    theirs alone: readers are programs of other people, mostly.
    """
    of, named = parse_feed_kind(kind), parse_tag(name)
    member = feed_reader(*parse_feed_secret(secret), of, named)
    if member is None:
        abort(404)
    return KINDS[of](named, Visitor(member))


def _of_user(name: str, visitor: Visitor) -> Any:
    person = profile_of(name, visitor)
    if person is None:
        abort(404)
    shelves = lasting_shelves(Upload.shown_visibilities(visitor))
    uploads = Upload.sent_by(person.id, shelves, ORDERS["newest"], limit=ENTRIES)
    page = f"{addresses().base}/user/{person.name}"
    return _answer(person.shown_name, page, uploads, addresses())


def _of_tag(name: str, visitor: Visitor) -> Any:
    query = with_tag(parse_tag_key(name))
    uploads = Upload.page(visitor, query=query, only_shown=True, limit=ENTRIES)
    page = addresses().tag(quote(name, safe=""))
    return _answer(words.tag_title(name), page, uploads, addresses())


def _of_album(name: str, visitor: Visitor) -> Any:
    public_id = parse_id(name)
    album = Album.find(public_id, visitor) if public_id else None
    if album is None:
        abort(404)
    where = AlbumAddresses(addresses().base, album, visitor)
    uploads = [one for one in Contents(album).newest(ENTRIES) if not one.expires_at]
    return _answer(album.name, where.album(album), uploads, where, is_open=album.is_open)


def _of_member(name: str, visitor: Visitor) -> Any:
    """What a member is told. Reading the feed marks nothing as read: programs ask by themselves."""
    told = news(visitor, limit=ENTRIES)
    found = zip(told, paths(told, addresses().base, visitor), strict=True)
    entries = [
        notice_feed.Entry(one.notice.id, one.notice.at, author(one.notice), text, path)
        for one, (text, path) in found
    ]
    about = _about(str(words.NOTIFICATIONS), f"{addresses().base}/notifications", addresses())
    return _answered(notice_feed.document(about, entries, addresses()))


KINDS: dict[str, Callable[[str, Visitor], Any]] = {
    "user": _of_user,
    "tag": _of_tag,
    "album": _of_album,
    "notifications": _of_member,
}


def _answer(
    title: str, page: str, uploads: Sequence[Upload], where: Addresses, *, is_open: bool = False
) -> Response:
    return _answered(feed.document(_about(title, page, where, is_open=is_open), uploads, where))


def _about(title: str, page: str, where: Addresses, *, is_open: bool = False) -> feed.Feed:
    name = site().settings.site_name
    itself = f"{where.base}{quote(request.path)}"
    return feed.Feed(f"{title} – {name}", name, page, itself, is_open)


def _answered(document: bytes) -> Response:
    answer = Response(document, content_type=f"{feed.MIME_TYPE}; charset=utf-8")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.make_conditional(request)
    return answer
