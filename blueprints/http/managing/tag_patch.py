"""What a program may say of a tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from blueprints.http.arguments import parse_id
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import InvalidField, NoSuch
from blueprints.http.managing.patch import text_of, texts_of
from blueprints.http.managing.upload_patch import tag_of
from models import TagCount, Upload
from models.limits import MAX_PAGE, MAX_TAG

CHANGEABLE = ("name",)
SAID = ("name", "uploads")


def parse_name(document: Mapping[str, Any]) -> str:
    """Raises InvalidField."""
    return tag_of("name", text_of(document, "name", MAX_TAG) if "name" in document else "")


def parse_uploads(document: Mapping[str, Any], asker: Asker) -> Sequence[Upload]:
    """Those that get it, with their tags. Raises InvalidField or NoSuch."""
    ids = set(texts_of(document, "uploads", MAX_PAGE) if "uploads" in document else [])
    if not ids:
        raise InvalidField("uploads", f"ids of uploads that get it, 1 to {MAX_PAGE}")
    uploads = Upload.some_own([one for one in ids if parse_id(one)], asker.user.id)
    if len(uploads) != len(ids):
        raise NoSuch("Upload")
    return uploads


def address_name(tag: TagCount) -> str:
    """As the address of its document has it."""
    return quote(tag.name, safe="")
