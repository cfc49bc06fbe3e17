"""Who may change a tag or a category: a guard puts the row in the place of its key."""

from __future__ import annotations

from typing import Any

from flask import abort

from blueprints.http.arguments import parse_category_key, parse_tag_key
from blueprints.http.context import visitor
from blueprints.http.guards import moderator
from models import Category, Tag, TagTally


def tagger(values: dict[str, Any]) -> Any:
    """A moderator, of a tag of anything that is listed to them: tags of what others keep private
    are no more theirs than the files.
    """
    if refusal := moderator(values):
        return refusal
    key = parse_tag_key(values.pop("name"))
    tag = Tag.find(key) if TagTally.of(visitor(), key) else None
    if tag is None:
        abort(404)
    values["tag"] = tag
    return None


def curator(values: dict[str, Any]) -> Any:
    """A moderator, of a category."""
    if refusal := moderator(values):
        return refusal
    category = Category.find(parse_category_key(values.pop("url_key")))
    if category is None:
        abort(404)
    values["category"] = category
    return None
