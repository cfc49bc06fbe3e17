"""What search engines are told: ``robots.txt``, and a site map of what everybody may find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort

from blueprints.http.arguments import parse_letter
from blueprints.http.context import addresses, site
from models import Upload, Visitor
from models.album_listing import public_albums
from models.people import people_seen_by

bp = Blueprint("indexing", __name__)

MOST = 50_000  # addresses of one file (https://www.sitemaps.org/protocol.html)
PAGES = ("/", "/explore", "/tags", "/people")
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEVER = "Disallow: /api/\nDisallow: /*/delete/\nDisallow: /feed/\n"
# Where members alone may explore, a link still works, and chats ask for its preview.
_LINKS_ONLY = "Disallow: /\n" + "".join(
    f"Allow: /{path}/\n" for path in ("image", "clip", "video", "images", "album", "static")
)


def robots() -> Response:
    if site().settings.private_site:
        text = "User-agent: *\nDisallow: /\n"
    elif not _is_open():
        text = f"User-agent: *\n{_LINKS_ONLY}{_NEVER}"
    else:
        text = f"User-agent: *\n{_NEVER}\nSitemap: {addresses().base}/sitemap.xml\n"
    return Response(text, content_type="text/plain")


def sitemap() -> Any:
    """The parts: one of pages, and uploads by the first letter of their ids, which are random: so
    nobody learns how many there are that they may not find.
    """
    _must_be_open()
    base, letters = addresses().base, Upload.letters_of_public()
    parts = [f"{base}/sitemap/{part}.xml" for part in ("pages", *letters)]
    return _xml("sitemapindex", "sitemap", parts)


def pages() -> Any:
    _must_be_open()
    people = people_seen_by(Visitor.GUEST, limit=MOST // 2 - len(PAGES))
    where = addresses()
    paths = [*PAGES, *(f"/user/{person.name}" for person in people)]
    albums = [where.album(album) for album in public_albums(MOST // 2)]
    return _xml("urlset", "url", [*(f"{where.base}{path}" for path in paths), *albums])


def part(letter: str) -> Any:
    _must_be_open()
    where, uploads = addresses(), Upload.public_beginning(parse_letter(letter), MOST)
    return _xml("urlset", "url", [where.viewer_of(*upload) for upload in uploads])


def _is_open() -> bool:
    return site().settings.guests_explore


def _must_be_open() -> None:
    if not _is_open():
        abort(404)


def _xml(root: str, child: str, locations: Iterable[str]) -> Response:
    rows = "".join(f"<{child}><loc>{escape(one)}</loc></{child}>\n" for one in locations)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{rows}</{root}>\n'
    )
    return Response(text, content_type="application/xml; charset=utf-8")
