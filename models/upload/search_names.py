"""The row ids of what a search names: one statement for each kind of name that is in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.album import Album
from models.base import db
from models.category import Category
from models.profile import profile_seen_by
from models.tag import Tag
from models.upload.search import Ids
from models.upload.search_query import SearchQuery
from models.user import User
from models.visitor import Visitor


def named_in(query: SearchQuery, visitor: Visitor) -> Ids:
    """Of people only those whose page the visitor may see: a search is a list of their uploads,
    too.
    """
    ids: dict[tuple[str, str], Sequence[int]] = {}
    if keys := query.values("tag"):
        ids |= {("tag", key): [row] for key, row in Tag.ids_of(keys).items()}
    if keys := query.values("category"):
        ids |= {("category", key): [row] for key, row in Category.ids_of(keys).items()}
    if names := query.values("user"):
        people = select(User.name, User.id).where(User.name.in_(names), profile_seen_by(visitor))
        ids |= {("user", name.lower()): [row] for name, row in db.session.execute(people)}
    if names := query.values("album"):
        ids |= {("album", name): rows for name, rows in Album.ids_named(names, visitor).items()}
    return ids
