"""The managing API's tags: those of a person's own uploads. Others' uploads keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from blueprints.http.arguments import parse_tag_key
from blueprints.http.managing.answers import a_page, created, described_tag, gone, one, unchanged
from blueprints.http.managing.asker import Asker
from blueprints.http.managing.faults import Conflict, NoSuch
from blueprints.http.managing.listing import PAGE_FIELDS, parse_fields, parse_limit
from blueprints.http.managing.patch import read_object
from blueprints.http.managing.tag_patch import (
    CHANGEABLE,
    SAID,
    address_name,
    parse_name,
    parse_uploads,
)
from models import TagCount, TagTally
from services.own_tags import TooManyTags, give_tag, retag

bp = Blueprint("managed_tags", __name__)


def index(asker: Asker) -> Any:
    fields = parse_fields(request.args, PAGE_FIELDS)
    limit, after = parse_limit(fields.get("limit", "")), parse_tag_key(fields.get("after", ""))
    tags = TagTally.own_page(asker.user.id, after, limit + 1)
    more = tags[limit - 1].key if len(tags) > limit else ""
    return a_page("tags", [described_tag(tag) for tag in tags[:limit]], fields, more)


def create(asker: Asker) -> Any:
    """It is there as long as an upload has it."""
    document = read_object(request, SAID)
    name, uploads = parse_name(document), parse_uploads(document)
    try:
        if not give_tag(asker.user, name, uploads):
            raise NoSuch("Upload")
    except TooManyTags:
        raise Conflict("One of these uploads has as many tags as it may") from None
    tag = asker.find_tag(name.casefold())
    return created(described_tag(tag), "tags", address_name(tag))


def show(asker: Asker, tag: TagCount) -> Any:
    return one(described_tag(tag))


def edit(asker: Asker, tag: TagCount) -> Any:
    """Where they have the other name, too, the two become one."""
    document = read_object(request, CHANGEABLE)
    name = parse_name(document) if document else tag.name
    condition = _unchanged(asker, tag)
    if name.casefold() != tag.key:
        retag(asker.user, tag.key, name, condition)
    elif condition:
        condition()
    return one(described_tag(asker.find_tag(name.casefold())))


def delete(asker: Asker, tag: TagCount) -> Any:
    return gone(is_done=retag(asker.user, tag.key, None, _unchanged(asker, tag)))


def _unchanged(asker: Asker, tag: TagCount) -> Callable[[], None] | None:
    return unchanged(lambda: described_tag(asker.find_tag(tag.key)))
