"""Uploads, albums and tags as the managing API has them: pure functions, no request.

An upload is the wire's `image`, and what a program needs that manages it. Times of ours are RFC
3339 in UTC.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote

from blueprints.documents.wire import image_document
from blueprints.http.addresses import Addresses
from models import Album, AlbumVisibility, TagCount, Upload

# What changes by itself: no program has to read a document again for it.
PASSING = {"views", "views_label", "likes", "likes_label", "how_long_ago", "etag", "delete_url"}
PUT_OFF = {"expires_at", "expiration_date_gmt"}  # by each view, where `unused_days` says so


def upload_document(
    upload: Upload,
    addresses: Addresses,
    zone: tzinfo,
    now: datetime,
    token: str = "",
    only: Album | None = None,
) -> dict[str, Any]:
    """``token`` is that of the delete link, which is known only when it was just made. ``only``:
    the one album that may be named.
    """
    document = image_document(upload, addresses, zone, now, token)
    albums = (*upload.albums, *upload.wished_albums)
    if not token:
        del document["delete_url"]
    document |= {
        "id": upload.public_id,
        "visibility": upload.chosen_visibility,
        "alt_text": upload.alt_text,
        "albums": sorted(album.public_id for album in albums if only in (None, album)),
        "leftovers": upload.leftovers,
        "uploaded_at": rfc3339(upload.received_at),
        "shown_at": rfc3339(upload.created_at),
        "taken_at": rfc3339(upload.taken_at),
        "expires_at": rfc3339(upload.expires_at),
        "unused_days": upload.unused_days,
    }
    return with_etag(document)


def album_document(
    album: Album, cover: Upload | None, parent: str | None, addresses: Addresses
) -> dict[str, Any]:
    """``parent`` is the public id of the album that it is in."""
    return with_etag(
        {
            "id": album.public_id,
            "name": album.name,
            "description": album.description,
            "visibility": album.visibility,
            "has_password": album.visibility == AlbumVisibility.PASSWORD,
            "sort": album.sort,
            "parent": parent,
            "cover": cover.public_id if cover else None,
            "uploads": album.upload_count,
            "views": album.views,
            "url": addresses.album(album),
            "created_at": rfc3339(album.created_at),
            "changed_at": rfc3339(album.changed_at),
        }
    )


def tag_document(tag: TagCount, addresses: Addresses) -> dict[str, Any]:
    """Of the uploads of one person."""
    url = addresses.tag(quote(tag.name, safe=""))
    return with_etag({"name": tag.name, "uploads": tag.uploads, "url": url})


def with_etag(document: dict[str, Any]) -> dict[str, Any]:
    """With its entity tag (RFC 9110, 8.8.3) of all but what changes by itself."""
    passing = PASSING | PUT_OFF if document.get("unused_days") else PASSING
    lasting = {name: value for name, value in document.items() if name not in passing}
    text = json.dumps(lasting, sort_keys=True).encode()
    return {**document, "etag": f'"{hashlib.sha256(text).hexdigest()[:32]}"'}


def rfc3339(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")
