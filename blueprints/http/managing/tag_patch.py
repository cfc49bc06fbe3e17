"""What a program may say of a tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from blueprints.http.arguments import parse_id
from blueprints.http.managing.faults import InvalidField, NoSuch
from blueprints.http.managing.patch import text_of, texts_of
from blueprints.http.managing.upload_patch import tag_of
from models import TagCount
from models.limits import MAX_PAGE, MAX_TAG

CHANGEABLE = ("name",)
SAID = ("name", "uploads")


def parse_name(document: Mapping[str, Any]) -> str:
    """Raises InvalidField."""
    return tag_of("name", text_of(document, "name", MAX_TAG) if "name" in document else "")


def parse_uploads(document: Mapping[str, Any]) -> list[str]:
    """The ids of those that get it. Raises InvalidField or NoSuch."""
    ids = set(texts_of(document, "uploads", MAX_PAGE) if "uploads" in document else [])
    if not ids:
        raise InvalidField("uploads", f"ids of uploads that get it, 1 to {MAX_PAGE}")
    if not all(parse_id(one) for one in ids):
        raise NoSuch("Upload")
    return sorted(ids)


def address_name(tag: TagCount) -> str:
    """As the address of its document has it."""
    return quote(tag.name, safe="")
