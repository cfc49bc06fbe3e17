"""Where the addresses of a file lead that was merged with another one: to that, for who may open
it. Nobody else is told that there was anything.
"""

from __future__ import annotations

import functools
from typing import Any

from flask import Response, redirect

from blueprints.http.arguments import parse_slug
from blueprints.http.context import addresses, visitor
from blueprints.http.guards import Guard
from models import MovedAddress


def or_where_it_is(guard: Guard) -> Guard:
    """A guard of a page that sends whoever asks for a merged file to the one that was kept."""

    @functools.wraps(guard)
    def look(values: dict[str, Any]) -> Any:
        public_id = parse_slug(values["slug"])
        refusal = guard(values)
        if refusal is None or public_id is None:
            return refusal
        upload = MovedAddress.page_for(public_id, visitor())
        return _to(addresses().viewer_path(upload)) if upload else refusal

    return look


def where_file_is(path: str) -> Response | None:
    """The way to the same file of the upload that was kept."""
    found = MovedAddress.file_for(path, visitor())
    return _to(addresses().shown(*found)) if found else None


def _to(path: str) -> Response:
    """For now: the file may come back from the bin."""
    answer: Any = redirect(path, 302)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer  # type: ignore[no-any-return]
