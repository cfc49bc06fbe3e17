"""What a member is told, as a feed: Atom (RFC 4287). Text and a link alone, as nobody is logged in
where it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markupsafe import escape

from blueprints.documents.feed import BEGIN, Feed, add_text, begun, written
from blueprints.http.addresses import Addresses


class Entry(NamedTuple):
    """``row`` is what it has for good; ``path`` that of what it is about."""

    row: int
    at: datetime
    by: str
    text: str
    path: str


def document(feed: Feed, entries: Sequence[Entry], where: Addresses) -> bytes:
    """The newest first."""
    root = begun(feed, max((one.at for one in entries), default=BEGIN))
    for one in entries:
        _entry(root, feed, one, where)
    return written(root)


def _entry(root: Element, feed: Feed, entry: Entry, where: Addresses) -> None:
    """What grows is the same entry, updated, until its day is over (UTC): a program that shows an
    entry once says so at least once a day.
    """
    page = where.base.removesuffix(where.base_path) + entry.path
    child = SubElement(root, "entry")
    add_text(child, "id", f"{feed.page}#{entry.row}-{entry.at.date().isoformat()}")
    add_text(child, "title", entry.text)
    add_text(child, "updated", entry.at.isoformat())
    SubElement(child, "link", rel="alternate", type="text/html", href=page)
    add_text(SubElement(child, "author"), "name", entry.by)
    add_text(child, "content", f"<p>{escape(entry.text)}</p>").set("type", "html")
