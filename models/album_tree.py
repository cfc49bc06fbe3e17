"""Albums in albums: which may be in which, and what is above and below one.

Each has its own rule of who opens it: a parent opens no child, and a child no parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, func, literal, or_, select, update

from models.album import Album
from models.album_access import AlbumVisibility
from models.base import db
from models.user import User
from models.visitor import Visitor

MAX_DEPTH = 5  # albums from the top down to the lowest
MAX_CHILDREN = 200  # of one album: they are all on its page


class Node(NamedTuple):
    id: int
    parent_id: int | None
    public_id: str
    name: str


class BadParent(ValueError):
    """An album can't be in that one."""


class Tree:
    """All albums of a user, as they are in each other."""

    def __init__(self, user: User) -> None:
        query = select(Album.id, Album.parent_id, Album.public_id, Album.name)
        rows = [Node(*row) for row in db.session.execute(query.where(Album.user_id == user.id))]
        self._nodes = {node.id: node for node in rows}
        self._below: dict[int | None, list[Node]] = defaultdict(list)
        for node in sorted(rows, key=lambda node: (node.name.casefold(), node.id)):
            self._below[node.parent_id].append(node)

    def parents(self, album: Album | None) -> Iterator[tuple[Node, int]]:
        """Those that ``album``, or a new one, may be in, each below its own with its depth."""
        yield from self._parents(
            None, album, 0, self._height(album.id) if album and album.id else 1
        )

    def check(self, album: Album, parent_id: int) -> None:
        """Raises BadParent."""
        if parent_id not in {node.id for node, _ in self.parents(album)}:
            raise BadParent()

    def _parents(
        self, above: int | None, album: Album | None, depth: int, height: int
    ) -> Iterator[tuple[Node, int]]:
        for node in self._below[above]:
            if album and node.id == album.id:
                continue
            is_there = album is not None and album.parent_id == node.id
            has_room = len(self._below[node.id]) < MAX_CHILDREN or is_there
            if has_room and depth + 1 + height <= MAX_DEPTH:
                yield node, depth
            yield from self._parents(node.id, album, depth + 1, height)

    def _height(self, number: int) -> int:
        return 1 + max((self._height(node.id) for node in self._below[number]), default=0)


def make_room(album: Album) -> None:
    """Before it is deleted: what is in it goes to where it is itself, by a trigger; to the top, if
    there would be too many.
    """
    if album.parent_id is None:
        return
    there = select(func.count()).where(Album.parent_id.in_([album.id, album.parent_id]))
    if (db.session.scalar(there) or 0) - 1 > MAX_CHILDREN:
        below = update(Album).where(Album.parent_id == album.id)
        db.session.execute(below.values(parent_id=None))


def parents(album: Album, visitor: Visitor) -> list[Album]:
    """From the top down, as far as ``visitor`` comes upon them: the link of an album gives that of
    the one above it to nobody.
    """
    if album.parent_id is None:
        return []
    up = select(Album.id, Album.parent_id, literal(1).label("step"))
    up_from = up.where(Album.id == album.parent_id).cte(recursive=True)
    further = select(Album.id, Album.parent_id, up_from.c.step + 1)
    above = up_from.union_all(
        further.where(Album.id == up_from.c.parent_id, up_from.c.step < MAX_DEPTH)
    )
    query = select(Album).join(above, above.c.id == Album.id).where(Album.listed_to(visitor))
    return list(db.session.scalars(query.order_by(above.c.step.desc())))


def children(album: Album, visitor: Visitor) -> list[Album]:
    """By name. An unlisted one is shown where its parent isn't listed either; a public one to
    everybody who has the page of its parent.
    """
    query = select(Album).where(Album.parent_id == album.id, _shown_in(album, visitor))
    return list(db.session.scalars(query.order_by(Album.name, Album.id).limit(MAX_CHILDREN)))


def _shown_in(album: Album, visitor: Visitor) -> ColumnElement[bool]:
    is_listed = album.visibility in (AlbumVisibility.PUBLIC, AlbumVisibility.MEMBERS)
    unlisted = false() if is_listed else Album.visibility == AlbumVisibility.UNLISTED
    is_public = Album.visibility == AlbumVisibility.PUBLIC
    return or_(Album.listed_to(visitor), is_public, unlisted)
