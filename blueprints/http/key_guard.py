"""The guard of an API key."""

from __future__ import annotations

from typing import Any

from blueprints.http import words
from blueprints.http.arguments import parse_id
from blueprints.http.context import me
from blueprints.http.error_page import page
from blueprints.http.guards import member
from models import ApiKey


def key_owner(values: dict[str, Any]) -> Any:
    """Whose key it is, logged in."""
    if refusal := member(values):
        return refusal
    key_id = parse_id(values.pop("public_id"))
    key = ApiKey.find_of(me(), key_id) if key_id else None
    if key is None:
        return page(404, words.NO_SUCH_KEY)
    values["key"] = key
    return None
