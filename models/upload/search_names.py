"""The row ids of what a search names: one statement for each kind of name that is in it."""

from __future__ import annotations

from models.category import Category
from models.tag import Tag
from models.upload.search import Ids
from models.upload.search_query import SearchQuery
from models.user import User


def named_in(query: SearchQuery) -> Ids:
    ids: dict[tuple[str, str], int] = {}
    for field, find in (("tag", Tag.ids_of), ("category", Category.ids_of), ("user", User.ids_of)):
        names = query.values(field)
        found = find(names) if names else {}
        ids |= {(field, name): row for name, row in found.items()}
    return ids
