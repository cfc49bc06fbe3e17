"""Answers of the managing API: documents with their entity tag, pages with their links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from blueprints.documents.managed import album_document, tag_document, upload_document
from blueprints.http.addresses import MANAGING_API
from blueprints.http.context import addresses, site
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import Changed
from models import Album, TagCount, Upload, utcnow
from models.album_listing import covers, parents_of


def described(upload: Upload, asker: Asker, token: str = "") -> dict[str, Any]:
    """The document of an upload whose tags and albums are loaded. A key of one album isn't told of
    others, where it hasn't just named one itself.
    """
    only = None if token else asker.album
    return upload_document(upload, addresses(), site().settings.zone, utcnow(), token, only)


def described_albums(albums: Sequence[Album], asker: Asker) -> list[dict[str, Any]]:
    """Three statements, however many there are. A key of one isn't told what that is in."""
    found, above = covers(albums), {} if asker.album else parents_of(albums)
    return [
        album_document(album, found.get(album.id), above.get(album.parent_id or 0), addresses())
        for album in albums
    ]


def described_tag(tag: TagCount) -> dict[str, Any]:
    return tag_document(tag, addresses())


def one(document: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    """304 without a body for who has it already (RFC 9110, 13.1.2)."""
    answer = jsonify(document)
    answer.status_code = status
    answer.headers["ETag"] = document["etag"]
    answer.headers.update(headers)
    if request.method in ("GET", "HEAD"):
        answer.headers["Cache-Control"] = "private, no-cache"
        if request.if_none_match.contains_weak(document["etag"].strip('"')):
            answer.status_code = 304
            answer.set_data(b"")
            del answer.headers["Content-Type"]
    return answer


def created(document: Mapping[str, Any], kind: str, name: str, *, status: int = 201) -> Response:
    return one(document, status, Location=address_of(kind, name))


def gone(*, is_done: bool = True) -> Response:
    """202: jobs do the rest."""
    return Response(status=204 if is_done else 202)


def address_of(kind: str, name: str = "") -> str:
    return f"{addresses().base}{MANAGING_API}/{kind}" + (f"/{name}" if name else "")


def a_page(
    kind: str, documents: Sequence[Mapping[str, Any]], fields: Mapping[str, str], more: str
) -> Response:
    """``fields`` are those of the query without the place; ``more`` is that of the next page, "" of
    the last. Links are those of RFC 8288.
    """
    answer = jsonify({kind: documents})
    whole = address_of(kind)
    links = {"first": fields, "next": {**fields, "after": more}}
    if not more:
        del links["next"]
    written = []
    for rel, query in links.items():
        target = f"{whole}?{urlencode(query)}" if query else whole
        written.append(f'<{target}>; rel="{rel}"')
    answer.headers["Link"] = ", ".join(written)  # one header: programs read the first alone
    return answer


def unchanged(document: Callable[[], Mapping[str, Any]]) -> Callable[[], None] | None:
    """What raises Changed where the program wants to change another state of it (``If-Match``) than
    ``document`` has when that is asked; None where it wants to change any.
    """
    if not request.headers.get("If-Match", "").strip():
        return None

    def check() -> None:
        if not request.if_match.contains(document()["etag"].strip('"')):
            raise Changed()

    return check
