"""Where the addresses of a file lead that was merged with another one: to that, for who may open
it. Nobody else is told that there was anything.
"""

from __future__ import annotations

import functools
from typing import Any

from flask import Response, redirect, request, url_for

from blueprints.http.arguments import parse_id, parse_slug
from blueprints.http.context import addresses, visitor
from blueprints.http.guards import Guard
from models import MovedAddress, Upload, Visitor


def or_where_it_is(guard: Guard) -> Guard:
    """A guard of a page that sends whoever asks for a merged file to the one that was kept."""

    @functools.wraps(guard)
    def look(values: dict[str, Any]) -> Any:
        public_id = parse_slug(values["slug"])
        refusal = guard(values)
        upload = kept_for(public_id, visitor()) if refusal is not None else None
        return _to(addresses().viewer_path(upload)) if upload else refusal

    return look


def or_same_of_kept(guard: Guard) -> Guard:
    """The same of what else has a file's id in its address: its live link, its QR code."""

    @functools.wraps(guard)
    def look(values: dict[str, Any]) -> Any:
        given = dict(values)
        refusal = guard(values)
        public_id = parse_id(given["public_id"])
        upload = kept_for(public_id, visitor()) if refusal is not None else None
        if upload is None:
            return refusal
        own = given | {"public_id": upload.public_id}
        return _to(url_for(request.endpoint or "", **own))

    return look


def kept_for(public_id: str | None, who: Visitor) -> Upload | None:
    """The upload that was kept in the place of this one, if that is merged and they may know."""
    return MovedAddress.page_for(public_id, who) if public_id else None


def where_file_is(path: str) -> Response | None:
    """The way to the same file of the upload that was kept."""
    found = MovedAddress.file_for(path, visitor())
    return _to(addresses().shown(*found)) if found else None


def _to(path: str) -> Response:
    """For now: the file may come back from the bin."""
    answer: Any = redirect(path, 302)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer  # type: ignore[no-any-return]
