"""A feed of what was uploaded last, as Atom (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from blueprints.documents.timeline import picture
from blueprints.http.addresses import Addresses
from models import Upload

MIME_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
# What XML has no way to write (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries


@dataclass(frozen=True)
class Feed:
    """``page`` is the address of what it is of, which is its id, too; ``itself`` that of the feed,
    which may hold a secret. ``is_open``: everybody has the pictures by the addresses given.
    """

    title: str
    author: str
    page: str
    itself: str
    is_open: bool = False


def document(feed: Feed, uploads: Sequence[Upload], where: Addresses) -> bytes:
    """``uploads`` are the entries, the newest first. A picture of those that everybody may open."""
    root = begun(feed, max((one.created_at for one in uploads), default=BEGIN))
    for upload in uploads:
        _entry(root, feed, upload, where)
    return written(root)


def begun(feed: Feed, updated: datetime) -> Element:
    """A feed without its entries."""
    root = Element("feed", xmlns=NAMESPACE)
    add_text(root, "id", feed.page)
    add_text(root, "title", feed.title)
    add_text(root, "updated", updated.isoformat())
    SubElement(root, "link", rel="self", type=MIME_TYPE, href=feed.itself)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.page)
    add_text(SubElement(root, "author"), "name", feed.author)
    return root


def written(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entry(root: Element, feed: Feed, upload: Upload, where: Addresses) -> None:
    entry = SubElement(root, "entry")
    add_text(entry, "id", where.short(upload))  # which a new title doesn't change
    add_text(entry, "title", upload.title or upload.filename)
    add_text(entry, "published", upload.created_at.isoformat())
    add_text(entry, "updated", upload.created_at.isoformat())
    SubElement(entry, "link", rel="alternate", type="text/html", href=where.viewer(upload))
    if upload.user:
        add_text(SubElement(entry, "author"), "name", upload.user.shown_name)
    add_text(entry, "content", _content(feed, upload, where)).set("type", "html")


def _content(feed: Feed, upload: Upload, where: Addresses) -> str:
    page = where.viewer(upload)
    parts = []
    if (feed.is_open or upload.is_open) and not upload.nsfw:
        shown = Markup('<p><a href="{}"><img src="{}" alt="{}"></a></p>')
        file = where.file(upload, picture(upload))
        parts.append(shown.format(page, file, upload.alt_text or ""))
    if upload.description:
        parts.append(Markup("<p>{}</p>").format(upload.description))
    return "".join(parts) or str(Markup('<p><a href="{}">{}</a></p>').format(page, page))


def add_text(parent: Element, name: str, text: str) -> Element:
    """An element below ``parent``, without what XML can't hold."""
    child = SubElement(parent, name)
    child.text = _NOT_XML.sub("", text)
    return child
